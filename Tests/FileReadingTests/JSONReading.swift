import FileReading
import FileReadingSupport
import ImportCore

typealias JSONReading = PieceReading<JSONFormat>

extension JSONReading {
    init(_ layout: RecordLayout = .init(columns: []), limits: Limits = Limits(), cuts: Bool = false) {
        self.init(JSONFormat(layout: layout, limits: limits), cuts: cuts)
    }
}
