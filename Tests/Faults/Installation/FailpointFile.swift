import Glibc
import Synchronization
import TestSupport

/// The test's side of the page that a worker under test reads (`FailpointPage`): what is to go wrong, and what did.
// @unchecked: the mapping never changes; one task arms, and what is read is counted atomically.
final class FailpointFile: @unchecked Sendable {
    private static let byteCount = 20_480
    private static let textOffset = 32
    private static let textLimit = 4_096
    private static let noteLimit = 4_096
    private let bytes: UnsafeMutableRawPointer

    /// Makes the file when it does not exist.
    init(path: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0, ftruncate(descriptor, Self.byteCount) == 0 else {
            throw ScenarioFailure("the failpoints' file \(path) cannot be made: errno \(errno)")
        }
        let mapped = mmap(nil, Self.byteCount, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
        close(descriptor)
        guard let mapped, mapped != MAP_FAILED else { throw ScenarioFailure("\(path) cannot be mapped: errno \(errno)") }
        bytes = mapped
    }

    deinit { munmap(bytes, Self.byteCount) }

    /// Replaces what is to go wrong; sites count their passes anew. One of them does something, once.
    func arm(_ text: String) {
        let utf8 = Array(text.utf8.prefix(Self.textLimit - 1)) + [0]
        // Odd while the text is not whole.
        word(at: 0).pointee.wrappingAdd(1, ordering: .acquiringAndReleasing)
        utf8.withUnsafeBytes { (bytes + Self.textOffset).copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
        word(at: 0).pointee.wrappingAdd(1, ordering: .acquiringAndReleasing)
    }

    /// What was done, in order: `site action`. Only the first few hundred are kept.
    var deeds: [String] {
        let offset = Self.textOffset + Self.textLimit + Self.noteLimit
        return lines(at: offset, limit: Self.byteCount - offset, countedAt: 8)
    }

    /// The sites that processes with this page have passed, whether something was to go wrong there or not.
    var passed: Set<String> {
        Set(lines(at: Self.textOffset + Self.textLimit, limit: Self.noteLimit, countedAt: 24))
    }

    private func lines(at offset: Int, limit: Int, countedAt place: Int) -> [String] {
        let count = min(Int(word(at: place).pointee.load(ordering: .acquiring)), limit)
        let raw = UnsafeRawBufferPointer(start: bytes + offset, count: count)
        return String(decoding: raw, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func word(at offset: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
        (bytes + offset).assumingMemoryBound(to: Atomic<UInt64>.self)
    }
}
