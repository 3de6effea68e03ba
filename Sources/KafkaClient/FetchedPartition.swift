/// One started partition: what was fetched and not yet taken, and the one task that waits for more.
struct FetchedPartition {
    struct Waiter {
        let id: UInt64
        /// Wake-up when so many records or bytes are there.
        let records: Int
        let bytes: Int
        let continuation: CheckedContinuation<Void, Never>
    }

    /// Differs between two starts of one partition: whoever waits for the first must not read from the second.
    let generation: UInt64
    /// Under which it was started.
    let assignment: Int
    /// The offset after the last record that arrived; a new assignment of the same partition continues here.
    private(set) var nextOffset: Int64
    var isPaused = false
    var failure: KafkaError?
    var waiter: Waiter?
    private(set) var byteCount = 0
    /// When the newest record came, by a clock that never goes back.
    private(set) var newestAt: Int64 = 0
    private var records: [KafkaRecord] = []
    private var head = 0

    init(generation: UInt64, assignment: Int, nextOffset: Int64) {
        self.generation = generation
        self.assignment = assignment
        self.nextOffset = nextOffset
    }

    var recordCount: Int { records.count - head }

    /// What the buffer holds, about: a record without key and value needs memory too.
    var heldBytes: Int { byteCount + recordCount * 64 }

    /// Appends what comes after the last record; what came before (fetched twice around a new assignment) is dropped.
    mutating func append(_ arrived: [KafkaRecord], at now: Int64) {
        newestAt = now
        for record in arrived where record.offset >= nextOffset {
            records.append(record)
            byteCount += record.byteCount
            nextOffset = record.offset + 1
        }
    }

    /// Takes up to so many records and bytes, but at least one record.
    mutating func take(maximumRecords: Int, maximumBytes: Int) -> [KafkaRecord] {
        var end = head
        var bytes = 0
        while end < records.count, end - head < max(1, maximumRecords) {
            let count = records[end].byteCount
            if end > head, bytes + count > maximumBytes { break }
            bytes += count
            end += 1
        }
        byteCount -= bytes
        if head == 0, end == records.count {
            defer { records = [] }
            return records
        }
        defer {
            head = end
            // Moving the rest down costs its length: worth it when more than half of the array is spent.
            if head * 2 >= records.count {
                records.removeFirst(head)
                head = 0
            }
        }
        return Array(records[head..<end])
    }

    /// The waiter, when what it waits for is there or will never come.
    mutating func takeReadyWaiter() -> Waiter? {
        guard let waiter, failure != nil || isPaused || recordCount >= waiter.records || byteCount >= waiter.bytes
        else { return nil }
        self.waiter = nil
        return waiter
    }
}
