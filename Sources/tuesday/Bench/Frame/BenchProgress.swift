import Synchronization

/// How far a run is, with rate and time left: drawn over on a terminal, a line every ten seconds elsewhere.
struct BenchProgress {
    private let console: Console
    private let name: String
    private let began = ContinuousClock.now
    private var last = ContinuousClock.now

    init(_ name: String, console: Console) {
        self.name = name
        self.console = console
    }

    mutating func show(_ done: Int, of total: Int) {
        let now = ContinuousClock.now
        guard now - last >= (console.isTerminal ? .milliseconds(200) : .seconds(10)) else { return }
        last = now
        let seconds = (now - began) / .seconds(1)
        let rate = Double(done) / seconds
        let left = rate > 0 ? Int(Double(total - done) / rate) : 0
        let text = "\(name): \(done) of \(total), \(Int(rate))/s, \(left) s left"
        if console.isTerminal { console.progress(text) } else { console.say(text) }
    }

    func end() { console.progress("") }
}

/// Progress that many tasks tell of.
final class ProgressBox: Sendable {
    private let progress: Mutex<BenchProgress>
    private let total: Int

    init(_ name: String, of total: Int, _ console: Console) {
        progress = Mutex(BenchProgress(name, console: console))
        self.total = total
    }

    func show(_ done: Int) { progress.withLock { $0.show(done, of: total) } }

    func end() { progress.withLock { $0.end() } }
}
