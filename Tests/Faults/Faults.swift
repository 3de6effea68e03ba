import ArgumentParser

/// The fault harness: breaks a Tuesday in every way it knows, and judges what is left.
@main
struct Faults: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "faults",
        abstract: "Break a running Tuesday on purpose, from seeds, and check that nothing is lost or doubled.",
        subcommands: [
            CampaignCommand.self, WholeCommand.self, PlantedCommand.self, GateCommand.self, TallyCommand.self,
            ListCommand.self, BrokerCommand.self,
        ],
        defaultSubcommand: CampaignCommand.self)
}
