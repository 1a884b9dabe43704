/// The body of the request that creates a conversation: `RequestSchema` describes it.
package struct CreateRequest: Sendable, Equatable {
    package var businessID: String
    package var customerID: String?
    package var initialMessage: String?

    package init(businessID: String, customerID: String? = nil, initialMessage: String? = nil) {
        self.businessID = businessID
        self.customerID = customerID
        self.initialMessage = initialMessage
    }

    package init(_ conversation: Conversation) {
        businessID = conversation.businessID
        customerID = conversation.text(.customerID)
        initialMessage = conversation.text(.initialMessage)
    }

    /// Appends the request as canonical JSON: the members in the order of the API's documentation, absent ones left out.
    package func encode(into bytes: inout [UInt8]) {
        var json = JSONText()
        json.beginObject()
        json.key("business_id")
        json.string(businessID)
        if let customerID {
            json.key("customer_id")
            json.string(customerID)
        }
        if let initialMessage {
            json.key("initial_message")
            json.string(initialMessage)
        }
        json.endObject()
        if bytes.isEmpty { bytes = json.take() } else { bytes.append(contentsOf: json.bytes) }
    }
}
