import CLibPQ

extension ServerError {
    /// `PG_DIAG_…` of `postgres_ext.h`: character constants, which Swift does not import.
    private enum Field: Unicode.Scalar {
        case sqlState = "C"
        case context = "W"
        case table = "t"
        case column = "c"
        case constraint = "n"
        case dataType = "d"
        case sourceFunction = "R"
    }

    /// From an answer of the server; nil where it has no SQLSTATE, and so is libpq's own.
    ///
    /// - Parameter target: what a COPY was about, which tells the row by the context.
    init?(_ result: OpaquePointer, copying target: CopyTarget? = nil) {
        func text(_ field: Field) -> String? {
            PQresultErrorField(result, Int32(field.rawValue.value)).map { String(cString: $0) }
        }
        guard let state = text(.sqlState) else { return nil }
        let place = text(.context).flatMap { target?.place(in: $0) }
        self.init(
            sqlState: state, table: text(.table), column: text(.column) ?? place?.column,
            constraint: text(.constraint), dataType: text(.dataType), line: place?.line,
            // The one place where the server asks its policies about a new row; its name is not translated.
            isRowSecurity: state == "42501" && text(.sourceFunction) == "ExecWithCheckOptions")
    }
}
