import ImportCore

/// Where lanes wait together until the plan lets them send again, or where the run stops instead.
actor SendingPause {
    private let allowance: SendingAllowance
    private let waits: Bool
    private let gate: Gate
    /// The wall clock, in milliseconds since 1970.
    private let wallClock: @Sendable () -> Int64
    private let note: @Sendable (DestinationEvent) async -> Void
    /// What was told of the wait that is going on: its reason, and its end in seconds since 1970.
    private var told: (reason: String, end: Int)?

    /// The clock is looked at so often: a machine that slept, or whose clock was set, is found out at once. It is also how
    /// long a signal may have to wait.
    private static let glance = Duration.seconds(1)

    /// - Parameter waits: whether a hold is waited out; otherwise it stops the run.
    init(
        _ allowance: SendingAllowance, waits: Bool, gate: Gate, wallClock: @escaping @Sendable () -> Int64,
        note: @escaping @Sendable (DestinationEvent) async -> Void
    ) {
        self.allowance = allowance
        self.waits = waits
        self.gate = gate
        self.wallClock = wallClock
        self.note = note
    }

    /// The answers of other lanes are looked for so often.
    private static let blink = Duration.milliseconds(20)

    /// Waits until a hold is over; false where the run ends instead.
    func sitOut(_ hold: SendingHold) async -> Bool {
        if hold == .answers {
            try? await Task.sleep(for: Self.blink, clock: .continuous)
            return !(await gate.isOver || Task.isCancelled)
        }
        while case let (left, end) = remaining(of: hold), left > 0 {
            guard waits, left.isFinite else {
                await gate.stop(hold)
                return false
            }
            if await gate.isOver || Task.isCancelled { return false }
            await tell(hold, until: end)
            try? await Task.sleep(for: min(Duration.seconds(left), Self.glance), clock: .continuous)
        }
        if told != nil {
            told = nil
            await note(.goingOn)
        }
        return true
    }

    /// How many seconds a hold still lasts, and its end in seconds since 1970: read together, since the clock may be set
    /// while a lane waits for another's word.
    private func remaining(of hold: SendingHold) -> (left: Double, end: Int) {
        let now = Double(wallClock()) / 1000
        let left = allowance.secondsLeft(of: hold)
        return (left, left.isFinite ? Int((now + left).rounded()) : .max)
    }

    /// Once for all lanes, and again where the end has moved.
    private func tell(_ hold: SendingHold, until end: Int) async {
        // The end is reckoned anew at every glance, and a second off by rounding.
        if let told, told.reason == hold.reason, abs(told.end - end) < 60 { return }
        told = (hold.reason, end)
        await note(.holding(reason: hold.reason, until: end))
    }
}
