package import ImportCore

/// How the bytes of one file are cut into pieces, and how a piece is read: what CSV and JSON differ in.
///
/// `cut` guesses cheaply where a record ends, so that pieces can be read side by side. `read` decides: it says how many
/// bytes it really used and in which state it stopped. Where that is not what `cut` promised, the source feeds the
/// bytes again from there, with more in sight. So the result is always that of reading in order, and never depends on
/// where the pieces were cut; a property test holds both formats to it.
package protocol PieceFormat: Sendable {
    /// What must be known to go on reading between two pieces.
    associatedtype State: Sendable & Equatable

    /// The state at the file's first byte.
    var initial: State { get }

    /// The state as it stands in a position, empty between two ordinary records; and back, nil where it is none.
    func text(of state: State) -> String
    func state(text: String) -> State?

    /// How many bytes `read` wants in sight from a record's start before it may give a record up as too long.
    var window: Int { get }

    /// The length of the longest prefix of `bytes` that probably ends where a record ends, with the state expected
    /// there; nil where no such place is in sight. `bytes` begin in `state`. Never cuts between CR and LF.
    func cut(_ bytes: UnsafeBufferPointer<UInt8>, from state: State) -> (length: Int, state: State)?

    /// Reads the records of `bytes`, which begin in `state`. `isEnd`: the file ends where the bytes end.
    ///
    /// Consumes only what it is sure of: where a record runs past the end of `bytes` (and they are not the end), it
    /// stops before it. With `isEnd`, or with at least `window` bytes, it always gets on: it consumes at least one
    /// byte.
    ///
    /// Consumes nothing from `stop` on, a place where an earlier reading ended a piece: what lies behind is shown only
    /// because what is broken before it may have been told by that.
    func read(_ bytes: [UInt8], from state: State, isEnd: Bool, stop: Int) -> PieceResult<State>
}

extension PieceFormat {
    package func read(_ bytes: [UInt8], from state: State, isEnd: Bool) -> PieceResult<State> {
        read(bytes, from: state, isEnd: isEnd, stop: bytes.count)
    }
}

/// What reading a piece gave.
///
/// Everything in `batch` is counted from the piece's start: offsets and `line` from 0, `record` from 0. The source
/// adds the base when it takes the batches back in order.
package struct PieceResult<State: Sendable & Equatable>: Sendable {
    package var batch: RecordBatch
    package var consumed: Int
    package var state: State
    /// Physical line ends in the bytes consumed.
    package var lines: Int

    package init(batch: RecordBatch, consumed: Int, state: State, lines: Int) {
        self.batch = batch
        self.consumed = consumed
        self.state = state
        self.lines = lines
    }
}
