package import ImportCore

extension RecordLayout {
    package init(_ paths: String..., list: String? = nil, items: [String] = []) {
        self.init(columns: paths.compactMap(FieldPath.init(path:)))
        if let path = list.flatMap(FieldPath.init(path:)) {
            self.list = List(path: path, columns: items.compactMap(FieldPath.init(path:)))
        }
    }
}
