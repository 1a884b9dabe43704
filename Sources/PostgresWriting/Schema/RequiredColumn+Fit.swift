extension RequiredColumn {
    enum Fit: Equatable {
        case fits
        case otherType
        /// An enum without these words.
        case lacks([String])
    }

    /// Whether what the program has for this column goes into a column of the server, and stays as it is.
    func fit(_ column: CatalogColumn) -> Fit {
        let isText = ["text", "varchar", "citext"].contains(column.baseType)
        let isEnum = column.baseType == "enum"
        switch kind {
        case .uuid: return column.baseType == "uuid" ? .fits : .otherType
        case .boolean: return column.baseType == "bool" ? .fits : .otherType
        case .json: return ["jsonb", "json"].contains(column.baseType) ? .fits : .otherType
        case .text: return isText ? .fits : .otherType
        case .label: return isText || isEnum ? .fits : .otherType
        // With fewer digits than microseconds have, the server rounds without a word.
        case .time:
            return column.baseType == "timestamptz" && (column.modifier < 0 || column.modifier >= 6)
                ? .fits : .otherType
        case .word(let groups):
            guard isEnum else { return isText ? .fits : .otherType }
            let missing = groups.filter { !$0.contains(where: column.labels.contains) }
            return missing.isEmpty ? .fits : .lacks(missing.map { $0.joined(separator: " or ") })
        }
    }
}
