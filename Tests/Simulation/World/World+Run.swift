import Contracts
import Workflow

extension World {
    /// Trouble, healing, the wait until everything is done, and the judgement.
    func run() async {
        for _ in 0..<plan.processCount { startProcess() }
        kafka.rebalance()
        startClients()
        let trouble = Task { await chaos.run(self) }
        let operating = Task { await self.operate() }
        await VirtualExecutor.sleep(milliseconds: plan.chaosMilliseconds / 2)
        if plan.groups != [.intake] { loseRecords() }
        await VirtualExecutor.sleep(milliseconds: plan.chaosMilliseconds / 2)
        chaos.heal()
        await heal()
        await becomeQuiet()
        operating.cancel()
        trouble.cancel()
        for process in processes where process.state != .dead { await process.stop() }
        if violations.isEmpty { check() }
    }

    /// Deletes records that some have read and others have not.
    private func loseRecords() {
        switch plan.loss {
        case .truncated: kafka.truncate(random.below(plan.partitions))
        case .recreated:
            // Whoever has read nothing knows no record to miss: then it is left to who made the topic anew to say so.
            isToldOfLoss = plan.consumers.contains { key in
                database.tables.laneOf[key].flatMap { database.tables.lanes[$0]?.anchor } == nil
            }
            kafka.recreate(isRefilled: random.below(2) == 0)
        case nil: break
        }
    }

    private func heal() async {
        database.restart()
        kafka.bringUp()
        for process in processes { process.resume() }
        if !processes.contains(where: { $0.state == .running }) { startProcess() }
        // Whoever thinks so is thrown out, and the partitions of the dead find somebody.
        await VirtualExecutor.sleep(milliseconds: 3_000)
        kafka.rebalance()
    }

    /// Waits, but not for ever, until nothing is left to do.
    private func becomeQuiet() async {
        // Lanes that have nothing to do look less often whether their topic is still the same.
        if plan.loss == .recreated { await VirtualExecutor.sleep(milliseconds: 16_000) }
        let deadline = VirtualExecutor.shared.milliseconds + 200_000
        while let left = unfinished {
            trace(left)
            guard VirtualExecutor.shared.milliseconds < deadline else {
                return violation("I8: 200 s after everything was healed \(left)")
            }
            await VirtualExecutor.sleep(milliseconds: 1_000)
            kafka.rebalance()
        }
    }

    private var unfinished: String? {
        let tables = database.tables
        if history.busyClients > 0 { return "clients have no answer" }
        if isAlarmed { return "a lane waits for an operator" }
        for lane in tables.lanes.values where lane.publishedThrough < lane.laneSeq {
            return "lane \(lane.id) (\(lane.pool ?? lane.consumer?.group ?? "?")) has published \(lane.publishedThrough) of \(lane.laneSeq)"
        }
        for key in plan.consumers {
            let high = kafka.log(topic(of: key), key.partition).high
            let next = tables.laneOf[key].map { tables.lanes[$0]!.nextOffset } ?? 0
            if next != high { return "\(key.group) \(key.partition) has applied \(next) of \(high)" }
        }
        for (id, request) in tables.requests {
            let status = request.status
            if plan.groups.contains(.router), status.state == .waiting,
                !request.waitsForRoom || tables.cadres.contains(where: { $0.open < $0.capacity })
            {
                return "request \(id) waits to be routed"
            }
            if plan.groups.contains(.followup), status.state.isOpen, tables.deadlines[Promise(resolving: status)] == nil {
                return "request \(id) has no promise \(status.timerEpoch) of an answer"
            }
            if plan.groups.contains(.stats), tables.parked["stats"]?.contains(id) != true,
                tables.folded[id] ?? 0 < request.lastSeq
            {
                return "request \(id) is counted up to \(tables.folded[id] ?? 0) of \(request.lastSeq)"
            }
        }
        let overdue = SimulatedCounty.now.adding(seconds: -4 * SimulatedCounty.pace)
        for (promise, row) in tables.deadlines where plan.groups.contains(.followup) && row.nextAt.map({ $0 < overdue }) == true {
            return "\(promise) has not fired"
        }
        return nil
    }

    func topic(of key: Tables.ConsumerKey) -> String {
        (key.group == Group.intake.rawValue ? Topic.submissions : .requests).rawValue
    }

    private var isAlarmed: Bool {
        processes.contains { $0.state != .dead && $0.consuming.keys.contains(where: \.isAlarmed) }
    }

    /// Lanes whose place is not what it was, by their rows, as `tuesday lanes recover` finds them.
    private func misplaced() async -> [Tables.ConsumerKey] {
        var found: [Tables.ConsumerKey] = []
        for key in plan.consumers {
            guard let row = database.tables.laneOf[key].flatMap({ database.tables.lanes[$0] }) else { continue }
            let log = kafka.log(topic(of: key), key.partition)
            let place = LanePlace(nextOffset: row.nextOffset, lastIdentity: row.lastIdentity, anchor: row.anchor)
            let problem = try? await place.problem(low: log.low, high: log.high) { log.records[Int($0)] }  // nothing throws
            if problem != nil { found.append(key) }
        }
        return found
    }

    /// What an operator does about an alarm: puts lanes whose records are gone where the partition begins, and publishes
    /// again what is in the database.
    private func operate() async {
        let hands = SimulatedProcess(self, name: "operator")
        var mustPublish = false
        while !Task.isCancelled {
            await VirtualExecutor.sleep(milliseconds: 5_000)
            guard isAlarmed || isToldOfLoss || mustPublish else { continue }
            let lost = await misplaced()
            if isToldOfLoss { mustPublish = true }
            isToldOfLoss = false
            guard !lost.isEmpty || mustPublish, defect != .outOfRangeSwallowed else { continue }
            mustPublish = true
            do {
                try await database.transaction(hands) { transaction in
                    for key in lost {
                        let lane = database.tables.laneOf[key]!
                        try await transaction.lock(.lane(lane))
                        let low = kafka.log(topic(of: key), key.partition).low
                        transaction.stage { tables in
                            tables.lanes[lane]!.nextOffset = low
                            tables.lanes[lane]!.lastIdentity = nil
                            tables.lanes[lane]!.anchor = nil
                            tables.lanes[lane]!.claims = 0
                            tables.lanes[lane]!.epoch += 1
                        }
                    }
                    try await transaction.commit()
                }
            } catch { continue }
            mustPublish = false
            for request in database.tables.requests.sorted(by: { $0.key < $1.key }) {
                for event in request.value.events { kafka.append(event.message(laneSeq: 0)) }
            }
        }
    }
}
