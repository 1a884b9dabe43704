/// An expression of the plan: where a value comes from, and what is done with it, in this order: taken, converted,
/// and then mapped by `values`, read as a `date`, or looked up.
package struct ValueRule: Sendable, Equatable {
    package var origin: Origin
    package var conversions: [Conversion] = []
    package var meaning: Meaning = .text
    package var otherwise: Otherwise = .reject
    /// Whether `otherwise` answers for a missing value too: it does where the plan states it. Where the plan does not, a
    /// missing value is simply left out.
    package var coversMissing = false
    /// The plan's line on which the expression stands.
    package var line: Int

    package init(_ origin: Origin, line: Int) {
        self.origin = origin
        self.line = line
    }

    package indirect enum Origin: Sendable, Equatable {
        case field(FieldReference)
        case constant(String)
        case template([TemplatePart])
        /// The first that yields a value.
        case firstOf([ValueRule])
        /// A text of the plan where one of the conditions holds, and no value where none does.
        case when([ConditionRule], then: String)
        /// Another rule's value where one of the conditions holds, and no value where none does.
        case guarded([ConditionRule], then: ValueRule)
    }

    package enum TemplatePart: Sendable, Equatable {
        case text(String)
        case field(FieldReference)
    }

    package enum Conversion: String, Sendable, CaseIterable {
        case trim, lowercase, uppercase, collapse
        case htmlToText = "html-to-text"
        case markdownToText = "markdown-to-text"
        case jiraWikiToText = "jira-wiki-to-text"
    }

    package enum Meaning: Sendable, Equatable {
        case text
        case values([ValuePair])
        case date(DatePattern, zone: ZoneRule?)
        case lookup(LookupRule)
        /// What every value becomes, whatever it is.
        case presence(String)
    }

    /// What a value becomes that `values`, `date` or `lookup` do not know, and, where the plan says so, a missing one.
    package enum Otherwise: Sendable, Equatable {
        case reject
        case none
        case constant(String)
    }

    /// One line of `values`; a list, since the plan's order is kept for messages.
    package struct ValuePair: Sendable, Equatable {
        package var from: String
        package var to: String

        package init(from: String, to: String) {
            self.from = from
            self.to = to
        }
    }
}

/// A field named in the plan, and the line on which it is named.
package struct FieldReference: Sendable, Equatable {
    package var path: FieldPath
    package var isLiteral: Bool
    package var line: Int

    package init(path: FieldPath, isLiteral: Bool = false, line: Int) {
        self.path = path
        self.isLiteral = isLiteral
        self.line = line
    }
}

/// How a time is written.
package enum DatePattern: Sendable, Equatable {
    case iso8601
    case epochSeconds
    case epochMilliseconds
    /// A pattern of Unicode's letters (`dd/MM/yyyy HH:mm`, `d/MMM/yy h:mm a`), as typed.
    case pattern(String)
}

/// What a time without an offset means.
package struct ZoneRule: Sendable, Equatable {
    package enum Ambiguous: String, Sendable, CaseIterable { case earlier, later, reject }

    /// A name of the IANA time zone database.
    package var name: String
    /// An hour that the clocks run through twice.
    package var ambiguous = Ambiguous.reject
    package var line: Int

    package init(name: String, ambiguous: Ambiguous = .reject, line: Int) {
        self.name = name
        self.ambiguous = ambiguous
        self.line = line
    }
}

/// A value found in another file: the row whose `match` column equals it gives its `take` column.
package struct LookupRule: Sendable, Hashable {
    /// As the plan says it, relative to the plan's folder.
    package var file: String
    package var match: String
    package var take: String
    package var line: Int

    package init(file: String, match: String, take: String, line: Int) {
        self.file = file
        self.match = match
        self.take = take
        self.line = line
    }
}
