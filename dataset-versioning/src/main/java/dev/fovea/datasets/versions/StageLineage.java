package dev.fovea.datasets.versions;

import dev.fovea.datasets.DatasetVersion;
import dev.fovea.datasets.stages.StageRun;
import dev.fovea.datasets.stages.StageRun.Data;
import dev.fovea.datasets.stages.StageRuns;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.LineageNode;
import dev.fovea.kernel.Name;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * Draws what stages read and made into the lineage graph, and ties it to the dataset versions that
 * have those folders, whichever of the two came first.
 */
@Component
class StageLineage {
  private static final String MADE_BY = "made by";
  private static final String RUN_ON = "run on";

  private final StageRuns runs;
  private final Versions versions;
  private final Announcements announcements;

  StageLineage(StageRuns runs, Versions versions, Announcements announcements) {
    this.runs = runs;
    this.versions = versions;
    this.announcements = announcements;
  }

  /** Draws a run that a commit has, unless it is drawn; called in the commit's transaction. */
  void recorded(Name project, StageRun run, GitCommit commit, Instant at) {
    if (!runs.add(project, run, commit, at)) {
      return;
    }
    var stage = run.node();
    link(project, VersionEvents.node(commit), "recorded in", stage, at);
    for (var dep : nodes(project, run, run.deps())) {
      link(project, dep, RUN_ON, stage, at);
    }
    for (var out : nodes(project, run, run.outs())) {
      link(project, stage, MADE_BY, out, at);
    }
  }

  /** Ties a version that is being made to the runs of before; called in its transaction. */
  void made(DatasetVersion version) {
    var node = VersionEvents.node(version);
    for (var link : runs.of(version.project(), version.dvc())) {
      if (link.made()) {
        link(version.project(), link.run(), MADE_BY, node, version.at());
      } else {
        link(version.project(), node, RUN_ON, link.run(), version.at());
      }
    }
  }

  private LinkedHashSet<LineageNode> nodes(Name project, StageRun run, List<Data> all) {
    var nodes = new LinkedHashSet<LineageNode>();
    for (var data : all) {
      var known = data.folder().map(name -> versions.ofFolder(project, name)).orElse(List.of());
      if (known.isEmpty()) {
        nodes.add(run.node(data));
      } else {
        known.forEach(version -> nodes.add(VersionEvents.node(version)));
      }
    }
    return nodes;
  }

  private void link(Name project, LineageNode from, String verb, LineageNode to, Instant at) {
    announcements.publish(new LineageLinked(project, from, verb, to, at));
  }
}
