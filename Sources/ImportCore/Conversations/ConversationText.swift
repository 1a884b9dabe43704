extension Conversation {
    /// The whole conversation as canonical JSON: all fields that have a value, in one order. The same input and plan
    /// give the same bytes.
    package func write(to text: inout JSONText) {
        text.beginObject()
        add(.key, as: "key", to: &text)
        text.key("business_id")
        text.string(businessID)
        add(.customerID, as: "customer_id", to: &text)
        add(.initialMessage, as: "initial_message", to: &text)
        if let status {
            text.key("status")
            text.string(status.name)
        }
        for field in [TextField.assigneeID, .channelType, .channelID, .subject] {
            add(field, as: field.name, to: &text)
        }
        for field in TimeField.allCases where field != .customerCreatedAt { add(field, as: field.name, to: &text) }
        addCustomer(to: &text)
        addMessages(to: &text)
        text.endObject()
    }

    private func add(_ field: TextField, as name: String, to text: inout JSONText) {
        _ = withBytes(field) { bytes in
            text.key(name)
            text.string(bytes)
        }
    }

    private func add(_ field: TimeField, as name: String, to text: inout JSONText) {
        guard let time = time(field) else { return }
        text.key(name)
        text.string(time.iso8601)
    }

    private func addCustomer(to text: inout JSONText) {
        let fields: [(TextField, String)] = [
            (.customerName, "name"), (.customerEmail, "email"), (.customerPhone, "phone"),
            (.customerExternalID, "external_id"),
        ]
        guard fields.contains(where: { self.text($0.0) != nil }) || time(.customerCreatedAt) != nil else { return }
        text.key("customer")
        text.beginObject()
        for (field, name) in fields { add(field, as: name, to: &text) }
        add(.customerCreatedAt, as: "created_at", to: &text)
        text.endObject()
    }

    private func addMessages(to text: inout JSONText) {
        guard !batch.drafts.messageRanges.isEmpty else { return }
        text.key("messages")
        text.beginArray()
        for message in messages {
            text.beginObject()
            if let id = message.id {
                text.key("id")
                text.string(id)
            }
            text.key("sender_type")
            text.string(message.sender.name)
            text.key("content")
            text.string(message.content)
            if let time = message.createdAt {
                text.key("created_at")
                text.string(time.iso8601)
            }
            text.endObject()
        }
        text.endArray()
    }
}
