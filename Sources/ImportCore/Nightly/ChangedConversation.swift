/// A conversation that an earlier night brought in, and that says something else in the source now.
package struct ChangedConversation: Sendable {
    /// As the source has it now.
    package let conversation: Conversation
    /// What of it changed since the night that brought it in, or carried its last change.
    package let groups: ContentGroups
    /// What the checkpoint knows its creation by; the record of tonight's source may be another.
    package let record: RecordID
    /// The id that the destination gave it; nil where ids follow from keys.
    package let remoteID: String?

    /// Whether it was assigned to this id (nil for nobody) when it was last brought in or carried; nil where nothing tells.
    package let wasAssigned: @Sendable (_ assignee: String?) -> Bool?

    package init(
        conversation: Conversation, groups: ContentGroups, record: RecordID, remoteID: String?,
        wasAssigned: @escaping @Sendable (String?) -> Bool? = { _ in nil }
    ) {
        self.conversation = conversation
        self.groups = groups
        self.record = record
        self.remoteID = remoteID
        self.wasAssigned = wasAssigned
    }
}
