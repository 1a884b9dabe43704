import Foundation
import GRDB

/// A destination's id as it stands in a row: a canonical UUID in sixteen bytes, all else as text.
enum RemoteID {
    /// Sixteen zero bytes: not known yet. The nil UUID itself is therefore stored as text.
    private static let unknown = Data(count: 16)

    static func stored(_ text: String?) -> DatabaseValue {
        guard let text else { return unknown.databaseValue }
        guard let uuid = UUID(uuidString: text), uuid.uuidString.lowercased() == text else { return text.databaseValue }
        let bytes = withUnsafeBytes(of: uuid.uuid) { Data($0) }
        return bytes == unknown ? text.databaseValue : bytes.databaseValue
    }

    static func read(_ value: DatabaseValue) throws -> String? {
        switch value.storage {
        case .string(let text): return text
        case .blob(let bytes) where bytes == unknown: return nil
        case .blob(let bytes) where bytes.count == 16:
            var uuid = UUID().uuid
            withUnsafeMutableBytes(of: &uuid) { _ = bytes.copyBytes(to: $0) }
            return UUID(uuid: uuid).uuidString.lowercased()
        default: throw UnreadableRow()
        }
    }
}
