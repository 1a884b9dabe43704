/// What the sandbox inside the program is given for a rehearsal, besides its data: files, relative to the plan's folder.
package struct RehearsalOptions: Sendable, Equatable {
    /// A fault script, by which it misbehaves.
    package var faults: String?
    /// A CSV file of those who are customers from the beginning.
    package var customers: String?

    package init() {}
}
