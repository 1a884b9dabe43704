import Foundation

/// Makes the ids of new rows: UUIDs of version 7 (RFC 9562), which begin with the time.
///
/// Random ids would touch a random page of the index at each insert; these always append to its end.
enum RowID {
    static func make(at time: WallTime) -> String {
        var bytes = UUID().uuid
        let milliseconds = UInt64(time.milliseconds)
        bytes.0 = UInt8(truncatingIfNeeded: milliseconds >> 40)
        bytes.1 = UInt8(truncatingIfNeeded: milliseconds >> 32)
        bytes.2 = UInt8(truncatingIfNeeded: milliseconds >> 24)
        bytes.3 = UInt8(truncatingIfNeeded: milliseconds >> 16)
        bytes.4 = UInt8(truncatingIfNeeded: milliseconds >> 8)
        bytes.5 = UInt8(truncatingIfNeeded: milliseconds)
        bytes.6 = bytes.6 & 0x0F | 0x70
        return UUID(uuid: bytes).uuidString.lowercased()
    }
}
