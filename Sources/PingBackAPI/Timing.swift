/// The waits that are not the plan's to choose.
package struct Timing: Sendable {
    /// The first probe of a closed gate that failed is followed by a wait of up to this, and each further one of up to
    /// twice as much, to the cap: "full jitter", so that many clients do not come back at once.
    package var backoff: Duration = .seconds(1)
    package var backoffCap: Duration = .seconds(30)
    /// A server that asks for no wait at all gets this one, so that nothing circles at full speed.
    package var shortestWait: Duration = .seconds(1)
    /// How often an unreachable server is tried before the run begins: with 0.25, 0.5, 1 and 2 s in between.
    package var preflightTries = 5
    package var preflightBackoff: Duration = .milliseconds(250)
    /// Between two looks through the server's list; nil for half of the plan's `settle_after`, within 1 to 30 s.
    package var lookInterval: Duration?
    /// Milliseconds since 1970, by which a plan's window opens and closes.
    package var wallClock: @Sendable () -> Int64 = { WallClock.milliseconds() }

    /// After as many doubts as there are lanes, without a plain answer in between, nothing is tried for so long; nil for
    /// the time after which a doubt can be settled, the plan's `timeout` and `settle_after`.
    package var doubtWindow: Duration?

    package init() {}

    /// A random part of what the `failures`-th failure in a row allows.
    func jittered(failures: Int) -> Duration {
        guard failures > 0 else { return .zero }
        let most = min(backoffCap, backoff * (1 << min(failures - 1, 16)))
        return most * Double.random(in: 0...1)
    }
}
