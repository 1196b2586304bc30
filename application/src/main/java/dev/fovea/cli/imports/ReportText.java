package dev.fovea.cli.imports;

import dev.fovea.cli.imports.transfer.ImportReport;
import dev.fovea.cli.imports.transfer.Tally;
import dev.fovea.cli.terminal.Table;
import dev.fovea.kernel.ByteSize;
import java.util.function.ToLongFunction;

/** What an import did, as a person reads it. */
record ReportText(ImportReport report) {
  @Override
  public String toString() {
    var text = new StringBuilder(table().toString());
    report.notes().forEach(note -> text.append("note: ").append(note).append('\n'));
    report.faults().forEach(fault -> text.append("differs: ").append(fault).append('\n'));
    text.append(
        !report.isWhole()
            ? "not everything of %s is here\n".formatted(report.source())
            : report.changes() == 0
                ? "all of %s was here already: nothing was new\n".formatted(report.source())
                : "all of %s is here\n".formatted(report.source()));
    return text.toString();
  }

  private Table table() {
    var table = new Table("", "SOURCE", "HERE");
    row(table, "experiments", Tally.Counts::experiments);
    row(table, "runs", Tally.Counts::runs);
    row(table, "parameters", Tally.Counts::parameters);
    row(table, "tags", Tally.Counts::tags);
    row(table, "metric points", Tally.Counts::points);
    row(table, "dataset uses", Tally.Counts::datasets);
    row(table, "artifacts", Tally.Counts::artifacts);
    table.row(
        "artifact bytes",
        new ByteSize(report.inSource().artifactBytes()),
        new ByteSize(report.here().artifactBytes()));
    row(table, "logged models", Tally.Counts::loggedModels);
    row(table, "registered models", Tally.Counts::registeredModels);
    row(table, "versions", Tally.Counts::versions);
    row(table, "aliases", Tally.Counts::aliases);
    return table;
  }

  private void row(Table table, String what, ToLongFunction<Tally.Counts> count) {
    table.row(what, count.applyAsLong(report.inSource()), count.applyAsLong(report.here()));
  }
}
