import Foundation

extension String? {
    /// The words of an option that takes several, separated by commas.
    var words: [String] {
        (self ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }
}
