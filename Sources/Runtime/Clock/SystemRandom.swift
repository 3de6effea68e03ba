import CLinux
import Glibc
import Synchronization

/// The operating system's source of randomness, fit for ids and tokens: the only place where chance enters the program.
///
/// Bits are fetched a page at a time: a batch of thousands of ids would otherwise be as many system calls. None is handed
/// out twice, and the process does not fork.
public final class SystemRandom: Sendable {
    private let fetched = Mutex<[UInt128]>([])
    private static let page = 256

    public init() {}

    /// 128 random bits.
    public func random128() -> UInt128 {
        fetched.withLock { fetched in
            if fetched.isEmpty { fetched = Self.fetch() }
            return fetched.removeLast()
        }
    }

    /// A whole number in the range, each equally likely; for jitter.
    public func number(in range: ClosedRange<Int>) -> Int {
        var generator = SystemRandomNumberGenerator()
        return Int.random(in: range, using: &generator)
    }

    private static func fetch() -> [UInt128] {
        [UInt128](unsafeUninitializedCapacity: page) { buffer, count in
            let bytes = UnsafeMutableRawBufferPointer(buffer)
            var filled = 0
            while filled < bytes.count {
                let result = getrandom(bytes.baseAddress! + filled, bytes.count - filled, 0)
                // A signal came in between.
                guard result > 0 || errno == EINTR else { fatalError("the operating system gives no random bytes: \(errno)") }
                filled += max(0, result)
            }
            count = page
        }
    }
}
