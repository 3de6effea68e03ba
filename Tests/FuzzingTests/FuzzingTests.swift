import Foundation
import Runtime
import Testing

@testable import Fuzzing

struct FuzzingTests {
    /// A trap ends the tests: `Fuzzing DECODER COUNT SEED` repeats it alone.
    ///
    /// One after the other on a thread of its own: many at once would keep the few threads busy that all tests share.
    @Test(.serialized, arguments: Decoder.allCases)
    func `Whatever its bytes are, they are read or refused`(_ decoder: Decoder) async throws {
        try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
            Thread.detachNewThread {
                done.resume(
                    with: Result { for seed in 1...4 { try Fuzzing.run(decoder, count: 1_000, seed: UInt64(seed)) } })
            }
        }
    }

    @Test func `Every decoder has a corpus, and deploy/fuzz runs no other`() throws {
        #expect(try Corpus.folders() == Decoder.allCases.map(\.rawValue).sorted())
        for decoder in Decoder.allCases { #expect(try Corpus.files(of: decoder).count > 1, "\(decoder)") }
    }

    @Test func `Every Chinese character is read from GB18030 as it was written, wherever a piece of the file ends`() throws {
        let characters = [0x20...0x7E, 0xA0...0x4FF, 0x2000...0x2FFF, 0x3000...0x9FFF, 0xF900...0xFFFD, 0x20000...0x323AF]
        let text = characters.joined().compactMap { Unicode.Scalar(UInt32($0)) }.map { String($0) }.joined(separator: ",")
        for shift in 0..<3 {
            let utf8 = Array((String(repeating: "x", count: shift) + text).utf8)
            let written = try #require(GB18030Writer.bytes(of: utf8))
            #expect(try TextEncoding.gb18030.utf8(of: written) == utf8)
        }
    }
}
