/// A customer whom a sandbox shall know before anybody writes to them: the API has no way to create one.
package struct SandboxCustomer: Sendable, Equatable {
    /// Any 8-4-4-4-12 hexadecimal digits.
    package var id: String
    package var name: String?
    package var email: String?
    package var phone: String?
    package var externalID: String?

    package init(
        id: String, name: String? = nil, email: String? = nil, phone: String? = nil, externalID: String? = nil
    ) {
        self.id = id
        self.name = name
        self.email = email
        self.phone = phone
        self.externalID = externalID
    }
}
