package import ImportCore

/// The converters by the plan's words for them.
package enum TextConverters {
    /// - Parameter limit: the longest text that one makes, in bytes.
    package static func all(limit: Int) -> [ValueRule.Conversion: any TextConverter] {
        [
            .htmlToText: HTMLConverter(limit: limit), .markdownToText: MarkdownConverter(limit: limit),
            .jiraWikiToText: JiraWikiConverter(limit: limit),
        ]
    }
}
