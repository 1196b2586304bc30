package dev.fovea.web;

import static dev.fovea.web.Samples.PARCELS;
import static dev.fovea.web.Samples.digest;
import static dev.fovea.web.Samples.image;
import static dev.fovea.web.Samples.minutesAgo;

import dev.fovea.kernel.Audited;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.LineageNode;
import dev.fovea.kernel.LineageNode.Kind;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.registry.AuditLog;
import dev.fovea.registry.Lineage;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.UUID;

/** A graph from a commit to the frames and back, and who did what. */
final class SampleTrace implements Lineage, AuditLog {
  private final List<LineageLinked> links = new ArrayList<>();

  SampleTrace() {
    var commit = node(Kind.COMMIT, digest("commit"), "commit 9f3c2ab1");
    var dataset = node(Kind.DATASET_VERSION, digest("dataset 2"), "digits 2");
    var run = LineageNode.named(Kind.RUN, "a81f3c90" + "0".repeat(24), "run night crop, seed 3");
    var device = LineageNode.named(Kind.DEVICE, "local-cpu", "local-cpu");
    var batch = node(Kind.BATCH, digest("batch open"), "batch of 12 frames");
    link(commit, "brought by", dataset);
    link(dataset, "trained on", run);
    link(batch, "committed from", node(Kind.DATASET_VERSION, digest("dataset 3"), "digits 3"));
    for (int n = 4; n <= 5; n++) {
      var name = "digit-reader " + n;
      var model = node(Kind.MODEL_VERSION, digest("model " + name), name);
      var fp32 = node(Kind.VARIANT, digest("fp32 " + name), name + " fp32");
      var int8 = node(Kind.VARIANT, digest("int8 " + name), name + " int8");
      var release = node(Kind.RELEASE, digest("release " + name), "release of " + name);
      var profile = node(Kind.PROFILE, digest("profile " + name), "p99 1.21 ms on local-cpu");
      var evaluation = node(Kind.EVALUATION, digest("evaluation " + name), "int8 96.40 % of 800");
      var rollout = node(Kind.ROLLOUT, digest("rollout " + name), "rollout of " + name);
      var container = node(Kind.IMAGE, digest("image " + name), "image of " + name);
      link(run, "made by", model);
      link(model, "exported from", fp32);
      link(fp32, "quantized from", int8);
      link(int8, "measured as", profile);
      link(device, "measured on", profile);
      link(int8, "measured of", evaluation);
      link(dataset, "measured on", evaluation);
      link(evaluation, "judged by", release);
      link(profile, "judged by", release);
      link(release, "packaged for", container);
      link(container, "rolled out as", rollout);
      for (int i = 0; i < 7; i++) {
        var frame =
            node(
                Kind.FRAME,
                image(n * 10 + i),
                i == 0 ? Samples.HOSTILE : "frame " + (n * 10 + i) + ", unsure");
        link(int8, "seen by", frame);
        link(frame, "chosen from", batch);
      }
    }
  }

  private static LineageNode node(Kind kind, Digest digest, String label) {
    return new LineageNode(kind, digest, label);
  }

  private void link(LineageNode from, String verb, LineageNode to) {
    links.add(new LineageLinked(PARCELS, from, verb, to, minutesAgo(60)));
  }

  @Override
  public Reach rollouts(Name project, Digest digest) {
    throw new NoSuchThing("way", digest.toString(), "the samples have none");
  }

  private List<LineageNode> nodes() {
    var nodes = new LinkedHashSet<LineageNode>();
    links.forEach(link -> {
      nodes.add(link.from());
      nodes.add(link.to());
    });
    return List.copyOf(nodes);
  }

  @Override
  public List<LineageNode> find(Name project, String text) {
    return project.equals(PARCELS)
        ? nodes().stream()
            .filter(n ->
                n.digest().hex().startsWith(text.replace("sha256:", ""))
                    || n.label().contains(text))
            .toList()
        : List.of();
  }

  @Override
  public Graph around(Name project, Digest digest, int hops) {
    var start =
        find(project, digest.hex()).stream()
            .findFirst()
            .orElseThrow(
                () -> new NoSuchThing("thing", digest.toString(), "ask by another digest"));
    var nearest = new LinkedHashSet<LineageNode>(List.of(start));
    for (int known = 0; known < nearest.size(); ) {
      known = nearest.size();
      for (var node : List.copyOf(nearest)) {
        links.stream().filter(l -> l.to().equals(node)).forEach(l -> nearest.add(l.from()));
        links.stream().filter(l -> l.from().equals(node)).forEach(l -> nearest.add(l.to()));
      }
    }
    return new Graph(start, List.copyOf(nearest), links);
  }

  @Override
  public List<String> why(Name project, Digest digest) {
    around(project, digest, 1);
    return List.of(
        "digit-reader 4 int8 was quantized from digit-reader 4 fp32",
        "digit-reader 4 fp32 was exported from digit-reader 4",
        "digit-reader 4 was made by run night crop, seed 3",
        "run night crop, seed 3 was trained on digits 2",
        "digits 2 was brought by commit 9f3c2ab1");
  }

  @Override
  public List<Audited> newest(Name project, int limit) {
    return project.equals(PARCELS)
        ? List.of(
            act(
                "grace",
                "approved rollout",
                digest("rollout digit-reader 4").toString(),
                "done",
                60),
            act(
                "mallory",
                "approved rollout",
                digest("rollout digit-reader 5").toString(),
                "refused: mallory asked for the release and may not approve it",
                75),
            act("ada", "pushed commit", Samples.commit("night crop 2").sha(), "done", 131),
            act("ci", "registered model version", "digit-reader 6", "done", 180),
            act(Samples.HOSTILE, "labelled frames", digest("batch open").toString(), "done", 2000))
        : List.of();
  }

  private static Audited act(String who, String act, String object, String outcome, long minutes) {
    return new Audited(
        UUID.randomUUID(), "parcels", who, act, object, outcome, minutesAgo(minutes));
  }

  @Override
  public Verification verify(Name project) {
    return new Verification(project.equals(PARCELS) ? 214 : 0, 0);
  }
}
