import Foundation
import GRDB

/// A destination's id as it stands in a row: a canonical UUID in sixteen bytes, all else as text.
enum RemoteID {
    case bytes([UInt8])
    case text(String)

    /// Sixteen zero bytes: not known yet. The nil UUID itself is therefore stored as text.
    private static let unknown = [UInt8](repeating: 0, count: 16)

    init(_ id: String?) {
        guard let id else {
            self = .bytes(Self.unknown)
            return
        }
        guard let bytes = Self.uuid(id), bytes != Self.unknown else {
            self = .text(id)
            return
        }
        self = .bytes(bytes)
    }

    static func read(_ value: DatabaseValue) throws -> String? {
        switch value.storage {
        case .string(let text): return text
        case .blob(let bytes) where bytes.elementsEqual(unknown): return nil
        case .blob(let bytes) where bytes.count == 16:
            var uuid = UUID().uuid
            withUnsafeMutableBytes(of: &uuid) { _ = bytes.copyBytes(to: $0) }
            return UUID(uuid: uuid).uuidString.lowercased()
        default: throw UnreadableRow()
        }
    }

    /// The bytes of a UUID in its canonical text: 8-4-4-4-12 digits, in lower case. Nil for any other text. By hand, as it
    /// is done with every row, and Foundation does it by scanf and printf.
    private static func uuid(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(16)
        var high: UInt8?
        for (index, digit) in text.utf8.enumerated() {
            let isHyphen = index == 8 || index == 13 || index == 18 || index == 23
            guard isHyphen == (digit == UInt8(ascii: "-")), index < 36 else { return nil }
            if isHyphen { continue }
            let value: UInt8
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
            default: return nil
            }
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return bytes.count == 16 && high == nil ? bytes : nil
    }
}
