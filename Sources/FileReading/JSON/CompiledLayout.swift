internal import CSimdJSON
internal import ImportCore

/// The wanted paths of a layout as the reader of documents follows them; built once, used by every piece.
///
/// Safe to share: nothing changes it after `init`, and readers only look at it.
final class CompiledLayout: @unchecked Sendable {
    let layout: RecordLayout
    let handle: OpaquePointer

    init(_ layout: RecordLayout) {
        self.layout = layout
        guard let handle = csj_layout_create(layout.columns.count, layout.list?.columns.count ?? 0) else {
            preconditionFailure("a layout is always created: lack of memory ends the program before")
        }
        self.handle = handle
        for (column, path) in layout.columns.enumerated() {
            path.withSteps { csj_layout_add_column(handle, $0.baseAddress, $0.count, UInt32(column)) }
        }
        guard let list = layout.list else { return }
        list.path.withSteps { csj_layout_set_list(handle, $0.baseAddress, $0.count) }
        for (column, path) in list.columns.enumerated() {
            path.withSteps { csj_layout_add_item_column(handle, $0.baseAddress, $0.count, UInt32(column)) }
        }
    }

    deinit {
        csj_layout_destroy(handle)
    }
}

extension FieldPath {
    /// The steps in C's form, with all names in one buffer for as long as the call lasts.
    fileprivate func withSteps(_ body: (UnsafeBufferPointer<csj_step>) -> Void) {
        var names: [UInt8] = []
        for case .name(let name) in steps { names += name.utf8 }
        // An empty name still needs an address: a null one would make it an index.
        names.append(0)
        names.withUnsafeBytes { names in
            var next = names.bindMemory(to: CChar.self).baseAddress
            let compiled = steps.map { step -> csj_step in
                switch step {
                case .index(let index):
                    return csj_step(name: nil, length: 0, index: index)
                case .name(let name):
                    defer { next = next.map { $0 + name.utf8.count } }
                    return csj_step(name: next, length: name.utf8.count, index: 0)
                }
            }
            compiled.withUnsafeBufferPointer(body)
        }
    }
}
