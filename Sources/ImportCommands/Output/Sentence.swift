import ImportCore

/// Sentences fit for a cron mail.
enum Sentence {
    /// - Parameter vanished: what a night found missing; nil for a run that is no night.
    static func figures(_ books: Books, destination: String, vanished: Int? = nil) -> String {
        var parts = [
            "\(Figures.grouped(books.records.read)) \(books.records.read == 1 ? "record" : "records") read",
            "\(Figures.grouped(books.conversations.created)) created in \(destination)",
        ]
        if let vanished {
            parts.append("\(Figures.grouped(books.conversations.updated)) updated")
            parts.append("\(Figures.grouped(books.conversations.unchanged)) unchanged")
            parts.append("\(Figures.grouped(vanished)) vanished")
        }
        if books.conversations.alreadyPresent > 0 {
            parts.append("\(Figures.grouped(books.conversations.alreadyPresent)) already present")
        }
        parts.append("\(Figures.grouped(books.records.rejected)) rejected")
        parts.append("\(Figures.grouped(books.conversations.inDoubt)) in doubt")
        if books.conversations.notSent > 0 { parts.append("\(Figures.grouped(books.conversations.notSent)) not sent") }
        if books.steps.refused > 0 { parts.append("\(Figures.counted(books.steps.refused, "step")) refused") }
        return parts.joined(separator: ", ")
    }

    static func safe(_ progress: RunProgress, files: [String]) -> String {
        let position = progress.position
        let file = position.file < files.count ? files[position.file] : "the source"
        return
            "\(Figures.grouped(progress.books.conversations.created)) conversations are in; the checkpoint stands at "
            + "\(file) record \(Figures.grouped(position.record))"
    }
}
