import ArgumentParser
import ImportCore
import PlanReading

/// The known exports, and how sure each preset is.
struct PresetsCommand: ImportCommand {
    static let configuration = CommandConfiguration(
        commandName: "presets",
        abstract: "Lists the exports that the program knows, and how sure it is of each.",
        discussion: """
              $ pingback-import presets
              $ pingback-import presets --json

            A plan names a preset with source: {preset: zendesk-json}. It fills in what the plan leaves out. \
            pingback-import guess FILE finds out which one fits a file.
            """)

    @Flag(help: "One JSON object a line, for programs.")
    var json = false

    @OptionGroup var talk: TalkOptions

    var console: Console { talk.console }

    func execute() async throws -> ExitStatus {
        for preset in Presets.all {
            if json {
                try Console.print(line(of: preset))
            } else {
                try Console.print(
                    "\(preset.name)\n  \(preset.product): \(preset.export)\n  \(preset.confidence.rawValue)")
                for lack in preset.lacks { try Console.print("  without \(lack)") }
            }
        }
        return .done
    }

    private func line(of preset: Preset) -> [UInt8] {
        var text = JSONText()
        text.beginObject()
        for (key, value) in [
            ("name", preset.name), ("product", preset.product), ("export", preset.export),
            ("confidence", preset.confidence.rawValue),
        ] {
            text.key(key)
            text.string(value)
        }
        text.key("lacks")
        text.beginArray()
        for lack in preset.lacks { text.string(lack) }
        text.endArray()
        text.endObject()
        text.endLine()
        return text.bytes
    }
}
