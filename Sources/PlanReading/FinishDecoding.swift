import ImportCore

/// `on_finish`: a list of words, or a map with `run` and `timeout`.
extension PlanDecoder {
    mutating func finishHook(_ node: PlanNode?) -> FinishHook? {
        guard let node else { return nil }
        guard case .map = node.content else { return command(node).map { FinishHook(command: $0) } }
        guard let map = map(node, of: FinishKey.self) else { return nil }
        let command = command(required(map, .run, example: "[mail-admin, --urgent]"))
        let timeout = duration(map[.timeout])
        guard let command else { return nil }
        var hook = FinishHook(command: command)
        hook.timeout = timeout ?? hook.timeout
        return hook
    }

    /// A single text could be meant for a shell, with blanks between words, so only a list is taken.
    private mutating func command(_ node: PlanNode?) -> [String]? {
        guard let node else { return nil }
        guard case .list(let items) = node.content else {
            if case .unknown = node.content { return nil }
            report(
                node, "must be a list of the program and its arguments: no shell reads it",
                hint: "[\"mail-admin\", \"--urgent\"], or [\"sh\", \"-c\", \"…\"] for a shell")
            return nil
        }
        let words = items.compactMap { text($0)?.value }
        guard words.count == items.count else { return nil }
        guard let program = words.first, !program.isEmpty, !words.contains(where: { $0.contains("\0") }) else {
            report(node, "names no program", hint: "[\"mail-admin\", \"--urgent\"]")
            return nil
        }
        return words
    }
}
