/// How what a record says of its messages becomes messages of its conversation.
package struct MessageRules: Sendable, Equatable {
    /// Where a record has its messages.
    package enum Form: Sendable, Equatable {
        /// A list in a JSON record.
        case list
        /// A field whose text is a list, written as JSON.
        case json
        /// A column of CSV that stands several times, one message a cell; taken apart, or whole.
        case columns(SplitRule?)
    }

    /// In which order messages stand in their conversation.
    package enum Order: String, Sendable, CaseIterable {
        /// By `created_at`; of equal ones, and of those without, as the file has them.
        case time
        /// As the file has them.
        case file
    }

    /// The field or column that holds them.
    package var list: FieldReference
    package var form = Form.list
    package var content: ValueRule
    package var senderType: ValueRule?
    package var createdAt: ValueRule?
    package var id: ValueRule?
    package var order = Order.time
    /// Who wrote the conversation's opening message, where the list does not hold it: it is put in front of the others,
    /// with the time of the conversation's creation. Nil where the list holds it.
    package var opening: ValueRule?
    /// What is left out, in the plan's order: the first reason that holds is the one that is counted.
    package var drops: [DropRule] = []

    package init(
        list: FieldReference, content: ValueRule, senderType: ValueRule?, createdAt: ValueRule?, id: ValueRule?
    ) {
        self.list = list
        self.content = content
        self.senderType = senderType
        self.createdAt = createdAt
        self.id = id
    }
}

/// How one text is taken apart: the parts have names, and the last of them takes all that is left.
package struct SplitRule: Sendable, Equatable {
    package var separator: String
    package var names: [String]
    package var line: Int

    package init(separator: String, names: [String], line: Int) {
        self.separator = separator
        self.names = names
        self.line = line
    }
}

/// Messages that are left out: why, and which.
package struct DropRule: Sendable, Equatable {
    /// As the summary counts them: `internal-note`.
    package var reason: String
    /// One that holds is enough.
    package var conditions: [ConditionRule]

    package init(reason: String, conditions: [ConditionRule]) {
        self.reason = reason
        self.conditions = conditions
    }
}
