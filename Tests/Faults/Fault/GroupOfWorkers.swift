/// Who is in the consumer group of a worker, as far as that shows: brokers do not tell.
///
/// A process says whether its group has answered what is its own, perhaps nothing; and each lane bears the name of the one who
/// had its partition last. A member that has died is in its group for as long as a lane bears its name.
struct GroupOfWorkers {
    /// Processes that are there.
    var running: Set<String>
    /// Those that know what is their own.
    var ready: Set<String>
    /// Of each lane.
    var owners: [String]

    /// Whether the group has these members and no others, and has shared the partitions among as many as it can.
    func consists(of members: Set<String>) -> Bool {
        running == members && ready == members && owners.count == Installation.partitions
            && Set(owners).isSubset(of: members) && Set(owners).count == min(members.count, owners.count)
    }

    static func present(_ program: String, in installation: Installation) async throws -> GroupOfWorkers {
        var group = GroupOfWorkers(running: [], ready: [], owners: [])
        for slot in installation.slots(of: program) where slot.isRunning {
            group.running.insert(slot.name)
            if await HTTP.isReady(slot.adminPort) { group.ready.insert(slot.name) }
        }
        group.owners = try await installation.texts(
            """
            select coalesce(owner, '')
            from tuesday.lane
            where consumer_group = '\(program)' and partition >= 0 and log_id = (select max(id) from tuesday.log)
            """)
        return group
    }
}
