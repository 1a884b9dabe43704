/// A table in which values are looked up. Fulfilled by `FileReading`, which reads it from a CSV file.
package protocol LookupTable: Sendable {
    /// The value for an exact match; nil where there is none.
    func value(for key: UnsafeBufferPointer<UInt8>) -> [UInt8]?
    var count: Int { get }
}
