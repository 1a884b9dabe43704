package import ImportCore

extension Fidelity {
    /// What becomes of a conversation that is made by PingBack's create request, which holds a customer's id and one
    /// text. Who it is assigned to and how it ends are requests of their own, behind it; nothing else can be said through
    /// the API.
    package static let pingBackAPI = Fidelity(exceptions: [
        .subject: Rule(.lost, "PingBack has no subject; put it into initial_message with a template"),
        .createdAt: Rule(.lost, "PingBack takes the time of the import"),
        .updatedAt: Rule(.lost, "PingBack takes the time of the import"),
        .firstResponseAt: Rule(.lost, "PingBack takes the time of the import, or none"),
        .resolvedAt: Rule(.lost, "the API takes no times"),
        .closedAt: Rule(.lost, "the API takes no times"),
        .statusPending: Rule(.lost, "it arrives open; the API has no request that sets pending"),
        .statusResolved: Rule(.transformed, "it is resolved after it was created, at the time of the import"),
        .statusClosed: Rule(.transformed, "it is closed after it was created, at the time of the import"),
        .assigneeID: Rule(.transformed, "it is assigned after it was created; the agent may be told"),
        .channelType: Rule(.lost, "PingBack takes the business's default channel"),
        .channelID: Rule(.lost, "PingBack takes the business's default channel"),
        .messagesCustomer: Rule(.lost, "the API writes an agent's messages only"),
        .messagesAgent: Rule(.lost, "a create request holds initial_message only"),
        .messagesTimes: Rule(.lost, "the API takes no times"),
        .customerNew: Rule(.lost, "the API makes no customers; the conversation arrives without one"),
        .customerName: known, .customerEmail: known, .customerPhone: known, .customerExternalID: known,
        .customerCreatedAt: known,
        .attachments: Rule(.lost, "a create request holds text only"),
        .tags: Rule(.lost, "PingBack has no tags"),
    ])

    private static let known = Rule(.transformed, "PingBack's own of the customer that customer_id names")
}
