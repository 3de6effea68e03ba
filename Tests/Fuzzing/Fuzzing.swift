import Foundation

#if LIBFUZZER
    /// libFuzzer's own loop, for a program that has a `main` already.
    @_silgen_name("LLVMFuzzerRunDriver")
    private func runDriver(
        _ count: UnsafeMutablePointer<CInt>, _ words: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
        _ read: @convention(c) (UnsafePointer<UInt8>, Int) -> CInt
    ) -> CInt
#endif

/// `Fuzzing DECODER ...`: spoils a decoder's corpus and lets it read what comes of it. Built by `deploy/fuzz` it is libFuzzer,
/// and takes its options; otherwise how many inputs, and a seed.
@main
struct Fuzzing {
    nonisolated(unsafe) private static var decoder = Decoder.events

    static func main() throws {
        let words = CommandLine.arguments
        guard words.count > 1, let decoder = Decoder(rawValue: words[1]) else {
            print("name a decoder: \(Decoder.allCases.map(\.rawValue).joined(separator: " "))")
            exit(64)
        }
        self.decoder = decoder
        #if LIBFUZZER
            var arguments = ([words[0]] + words.dropFirst(2)).map { strdup($0) } + [nil]
            var count = CInt(arguments.count - 1)
            let status = arguments.withUnsafeMutableBufferPointer { buffer in
                var start = buffer.baseAddress!
                return runDriver(&count, &start) { bytes, count in
                    Fuzzing.decoder.read(Array(UnsafeBufferPointer(start: bytes, count: count)))
                    return 0
                }
            }
            exit(status)
        #else
            let count = words.count > 2 ? Int(words[2]) ?? 10_000 : 10_000
            try run(decoder, count: count, seed: words.count > 3 ? UInt64(words[3]) ?? 1 : 1)
            print("\(decoder.rawValue): \(count) inputs")
        #endif
    }

    static func run(_ decoder: Decoder, count: Int, seed: UInt64) throws {
        let corpus = try Corpus.files(of: decoder)
        for file in corpus { decoder.read(file) }
        var mutation = Mutation(corpus: corpus, seed: seed)
        for _ in 0..<count { decoder.read(mutation.next()) }
    }
}
