#if FAILPOINTS
    import Glibc
    import Synchronization

    /// A page of memory that a test and a process under test share: the test writes what is to go wrong, the process
    /// what it did.
    ///
    /// The text is words separated by blanks: `commit.sent=kill@3` acts the third time the site is passed, without a number
    /// the first time; once something was done, no site does anything until the text is written anew, so that the
    /// process that replaces a killed one lives. `plant=no-epoch-check` makes a mistake. `detour=9092:19092` leads connections
    /// elsewhere. `deadly=x7` kills whoever handles a record with `x7` in its value, each time. A delay has milliseconds:
    /// `produce.before=delay~500@2`. Whatever it does, the process notes each site it passes.
    // @unchecked: the mapping never changes; the text is read only after the generation that follows it was.
    final class FailpointPage: @unchecked Sendable {
        enum Action: Sendable, Hashable {
            /// As a power failure would.
            case kill
            /// SIGSTOP; whoever armed it lets the process continue.
            case stop
            case delay(milliseconds: Int)
            case drop

            init?(_ word: String) {
                switch word {
                case "kill": self = .kill
                case "stop": self = .stop
                case "drop": self = .drop
                default:
                    guard word.hasPrefix("delay~"), let milliseconds = Int(word.dropFirst(6)) else { return nil }
                    self = .delay(milliseconds: milliseconds)
                }
            }

            /// As the page says it.
            var word: String {
                switch self {
                case .kill: "kill"
                case .stop: "stop"
                case .drop: "drop"
                case .delay(let milliseconds): "delay~\(milliseconds)"
                }
            }
        }

        private struct Rule {
            var action: Action
            var hit: Int
        }

        private struct State {
            var generation: UInt64 = 0
            var rules: [String: Rule] = [:]
            var passes: [String: Int] = [:]
            var plants: Set<String> = []
            var detours: [UInt16: UInt16] = [:]
            var deadly: [UInt8]?
            /// Noted by this process, whatever the text was meanwhile.
            var noted: Set<String> = []
        }

        /// This process's own, when the environment names one.
        static let own: FailpointPage? = getenv("TUESDAY_TEST_FAILPOINTS").map { FailpointPage(path: String(cString: $0)) }

        private static let byteCount = 20_480
        private static let textOffset = 32
        private static let textLimit = 4_096
        private static let noteLimit = 4_096
        private let bytes: UnsafeMutableRawPointer
        private let state = Mutex(State())

        /// Maps the file, which is made when it does not exist.
        init(path: String) {
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
            precondition(descriptor >= 0, "the failpoints' file \(path) cannot be opened: errno \(errno)")
            ftruncate(descriptor, Self.byteCount)
            bytes = mmap(nil, Self.byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
            precondition(bytes != MAP_FAILED, "the failpoints' file \(path) cannot be mapped: errno \(errno)")
            close(descriptor)
        }

        deinit { munmap(bytes, Self.byteCount) }

        func action(at site: String) -> Action? {
            let action = state.withLock { state -> Action? in
                read(&state)
                if state.noted.insert(site).inserted { note("\(site)\n") }
                state.passes[site, default: 0] += 1
                guard let rule = state.rules[site], rule.hit == state.passes[site],
                    spent.pointee.exchange(state.generation, ordering: .acquiringAndReleasing) != state.generation
                else { return nil }
                return rule.action
            }
            if let action { write(deed: "\(site) \(action.word)\n") }
            return action
        }

        func plants(_ mistake: String) -> Bool {
            state.withLock { state in
                read(&state)
                return state.plants.contains(mistake)
            }
        }

        /// Whether the handler of this value is to die, however often it tries.
        func kills(handlerOf value: ArraySlice<UInt8>) -> Bool {
            let deadly = state.withLock { state in
                read(&state)
                return state.deadly
            }
            guard let deadly else { return false }
            return value.firstRange(of: deadly) != nil
        }

        func detour(of port: UInt16) -> UInt16? {
            state.withLock { state in
                read(&state)
                return state.detours[port]
            }
        }

        private func read(_ state: inout State) {
            let current = generation.pointee.load(ordering: .acquiring)
            guard current != state.generation, current & 1 == 0 else { return }
            let text = String(cString: (bytes + Self.textOffset).assumingMemoryBound(to: CChar.self))
            // Written anew while it was read: the next pass reads it.
            guard generation.pointee.load(ordering: .acquiring) == current else { return }
            state = State(generation: current, noted: state.noted)
            for word in text.split(separator: " ") {
                let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
                guard parts.count == 2 else { continue }
                switch parts[0] {
                case "plant": state.plants.insert(parts[1])
                case "deadly": state.deadly = Array(parts[1].utf8)
                case "detour":
                    let ports = parts[1].split(separator: ":").compactMap { UInt16($0) }
                    if ports.count == 2 { state.detours[ports[0]] = ports[1] }
                default:
                    let halves = parts[1].split(separator: "@")
                    guard let action = halves.first.flatMap({ Action(String($0)) }) else { continue }
                    state.rules[parts[0]] = Rule(action: action, hit: halves.count > 1 ? Int(halves[1]) ?? 1 : 1)
                }
            }
        }

        private func write(deed: String) {
            let utf8 = Array(deed.utf8)
            let at = Int(deedCount.pointee.wrappingAdd(UInt64(utf8.count), ordering: .acquiringAndReleasing).oldValue)
            guard at + utf8.count <= deedLimit else { return }
            utf8.withUnsafeBytes { (deedBytes + at).copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
        }

        /// Under the lock; a process that replaces another one notes nothing twice.
        private func note(_ line: String) {
            let utf8 = Array(line.utf8)
            let count = Int(noteCount.pointee.load(ordering: .acquiring))
            guard count + utf8.count <= Self.noteLimit,
                !"\n\(String(decoding: UnsafeRawBufferPointer(start: noteBytes, count: count), as: UTF8.self))"
                    .contains("\n\(line)")
            else { return }
            utf8.withUnsafeBytes { (noteBytes + count).copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
            noteCount.pointee.store(UInt64(count + utf8.count), ordering: .releasing)
        }

        /// Odd while the text is being written.
        private var generation: UnsafeMutablePointer<Atomic<UInt64>> { bytes.assumingMemoryBound(to: Atomic<UInt64>.self) }
        private var deedCount: UnsafeMutablePointer<Atomic<UInt64>> {
            (bytes + 8).assumingMemoryBound(to: Atomic<UInt64>.self)
        }
        /// The generation of which something was done.
        private var spent: UnsafeMutablePointer<Atomic<UInt64>> {
            (bytes + 16).assumingMemoryBound(to: Atomic<UInt64>.self)
        }
        private var noteCount: UnsafeMutablePointer<Atomic<UInt64>> {
            (bytes + 24).assumingMemoryBound(to: Atomic<UInt64>.self)
        }
        private var noteBytes: UnsafeMutableRawPointer { bytes + Self.textOffset + Self.textLimit }
        private var deedBytes: UnsafeMutableRawPointer { noteBytes + Self.noteLimit }
        private var deedLimit: Int { Self.byteCount - Self.textOffset - Self.textLimit - Self.noteLimit }
    }
#endif
