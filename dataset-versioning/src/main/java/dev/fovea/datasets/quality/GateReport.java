package dev.fovea.datasets.quality;

import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.Push.Finding;
import dev.fovea.datasets.QualityReport;
import dev.fovea.datasets.stages.StageRun;
import dev.fovea.dvc.DvcFile;
import dev.fovea.kernel.Name;
import dev.fovea.teamfile.DatasetSpec;
import java.util.List;

/**
 * What the gate found at a commit.
 *
 * @param findings at most 1,000
 * @param refusing how many findings refuse
 * @param warning how many only warn
 * @param datasets those that could be read; complete when nothing refuses
 * @param stages what the stages of its pipelines last read and made
 */
public record GateReport(
    List<Finding> findings,
    int refusing,
    int warning,
    List<Checked> datasets,
    List<StageRun> stages) {
  /**
   * A dataset as it stands at the commit.
   *
   * @param report what was seen in it; whole when nothing refuses
   */
  public record Checked(
      Name dataset, DatasetSpec spec, DvcFile file, Manifest manifest, QualityReport report) {}

  /** Whether the push is refused. */
  public boolean refuses() {
    return refusing > 0;
  }
}
