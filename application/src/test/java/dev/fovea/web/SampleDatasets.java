package dev.fovea.web;

import static dev.fovea.web.Samples.DIGITS;
import static dev.fovea.web.Samples.PARCELS;
import static dev.fovea.web.Samples.commit;
import static dev.fovea.web.Samples.digest;
import static dev.fovea.web.Samples.image;
import static dev.fovea.web.Samples.minutesAgo;

import dev.fovea.datasets.DatasetDiff;
import dev.fovea.datasets.DatasetVersion;
import dev.fovea.datasets.Datasets;
import dev.fovea.datasets.Frame;
import dev.fovea.datasets.Frames;
import dev.fovea.datasets.LabelledObject;
import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.ObjectDiff;
import dev.fovea.datasets.Projects;
import dev.fovea.datasets.Push;
import dev.fovea.datasets.QualityReport;
import dev.fovea.datasets.Sample;
import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * Two versions of one dataset, its pushes and its frames; the manifests are in the store that it is
 * given.
 */
final class SampleDatasets implements Datasets, Projects, Frames {
  private final List<DatasetVersion> versions;

  /** What was kept of the first version: nothing, as of versions from before there were reports. */
  Optional<QualityReport> first = Optional.empty();

  SampleDatasets(ObjectStore objects) throws IOException {
    var first = new Manifest(Samples.CLASSES, samples(0, 60)).write(objects);
    var second = new Manifest(Samples.CLASSES, samples(3, 96)).write(objects);
    for (int i = 0; i < 120; i++) {
      objects.put(Samples.picture(i));
    }
    objects.put(Samples.scene());
    versions =
        List.of(
            version(2, second, Optional.of(first), 96), version(1, first, Optional.empty(), 60));
  }

  static List<Sample> samples(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i ->
            new Sample(
                "%s/%d/%04d.png".formatted(split(i), i % 10, i),
                image(i),
                "0".repeat(32),
                420,
                i == 7 ? Samples.HOSTILE : String.valueOf(i % 10),
                split(i),
                i % 6 == 0 ? Optional.of("night") : Optional.empty()))
        .toList();
  }

  private static String split(int i) {
    return i % 5 == 0 ? "test" : i % 7 == 0 ? "val" : "train";
  }

  private static DatasetVersion version(
      int number, Digest digest, Optional<Digest> parent, int images) {
    return new DatasetVersion(
        PARCELS,
        DIGITS,
        digest,
        number,
        commit("night crop " + number),
        "main",
        "d41d8cd98f00b204e9800998ecf8427e.dir",
        Samples.CLASSES,
        images,
        ByteSize.of(images * 420L),
        new java.util.TreeMap<>(
            Map.of(
                "train", images - images / 3, "val", images / 9, "test", images / 3 - images / 9)),
        parent,
        parent.isEmpty() ? 0 : 36,
        parent.isEmpty() ? 0 : 3,
        parent.isEmpty() ? 0 : 2,
        "Ada",
        minutesAgo(number == 2 ? 130 : 4000));
  }

  @Override
  public List<DatasetVersion> heads(Name project) {
    return project.equals(PARCELS) ? versions.subList(0, 1) : List.of();
  }

  @Override
  public List<DatasetVersion> versions(Name project, Name dataset) {
    return project.equals(PARCELS) && dataset.equals(DIGITS) ? versions : List.of();
  }

  @Override
  public DatasetVersion version(Name project, Name dataset, Digest digest) {
    return versions(project, dataset).stream()
        .filter(v -> v.digest().equals(digest))
        .findFirst()
        .orElseThrow(() -> new NoSuchThing("dataset version", digest.toString(), "see the list"));
  }

  @Override
  public QualityReport quality(Name project, Name dataset, Digest digest) {
    var version = version(project, dataset, digest);
    return version.parent().isPresent()
        ? SampleQuality.much(version.parent().get(), samples(0, 60), samples(3, 96))
        : first.orElseThrow(() ->
            new NoSuchThing("quality report of version", digest.toString(), "push the next one"));
  }

  @Override
  public DatasetVersion head(Name project, Name dataset) {
    return versions(project, dataset).stream()
        .findFirst()
        .orElseThrow(() -> new NoSuchThing("dataset", dataset.text(), "push one"));
  }

  @Override
  public DatasetDiff diff(Name project, Name dataset, Digest from, Digest to) {
    var all = samples(0, 96);
    var before = all.get(12);
    var boxes = new Sample[2];
    var scene = all.get(13);
    for (int i = 0; i < 2; i++) {
      boxes[i] =
          new Sample(
              scene.path(),
              Digest.sha256(Samples.scene()),
              scene.md5(),
              420,
              "",
              "train",
              Optional.empty(),
              List.of(
                  box(Samples.HOSTILE, 12 + 6 * i, 30, 40),
                  box("car", 64, 30, 40),
                  box(i == 0 ? "car" : Samples.HOSTILE, 112, 30, 40)));
    }
    return new DatasetDiff(
        from,
        to,
        all.subList(60, 96),
        all.subList(0, 3),
        List.of(
            new DatasetDiff.Relabelled(
                before,
                new Sample(
                    before.path(), before.image(), before.md5(), 420, "7", "train", before.slice()),
                ObjectDiff.NONE),
            new DatasetDiff.Relabelled(
                boxes[0],
                boxes[1],
                new ObjectDiff(
                    List.of(),
                    List.of(),
                    List.of(new ObjectDiff.Pair(0, 0)),
                    List.of(new ObjectDiff.Pair(2, 2)),
                    List.of(),
                    1))),
        54,
        new DatasetDiff.Total(36, 3, 2));
  }

  private static LabelledObject box(String label, double x, double y, double side) {
    return new LabelledObject(
        label,
        LabelledObject.Kind.BOX,
        x,
        y,
        x + side,
        y + side,
        List.of(),
        side * side,
        "0123456789abcdef");
  }

  @Override
  public TeamFileText teamFile(Name project, GitCommit commit) {
    return new TeamFileText(commit, "project: parcels\n");
  }

  @Override
  public TeamFileText teamFile(Name project) {
    return new TeamFileText(commit("head"), "project: parcels\n");
  }

  @Override
  public List<Push> pushes(Name project) {
    return project.equals(PARCELS)
        ? List.of(
            new Push(
                UUID.randomUUID(),
                commit("night crop 2"),
                "main",
                "ada",
                true,
                List.of(),
                minutesAgo(131)),
            new Push(
                UUID.randomUUID(),
                commit("bad"),
                "main",
                "ada",
                false,
                List.of(
                    new Push.Finding(
                        "digits/labels.csv",
                        3,
                        "unknown-class",
                        true,
                        "label '" + Samples.HOSTILE + "' is no class (expected: 0 to 9)")),
                minutesAgo(190)))
        : List.of();
  }

  @Override
  public List<Project> projects() {
    return List.of(project(PARCELS), project(Samples.EMPTY));
  }

  @Override
  public Project project(Name project) {
    if (!project.equals(PARCELS) && !project.equals(Samples.EMPTY)) {
      throw new NoSuchThing("project", project.text(), "see the list of projects");
    }
    return new Project(
        project,
        "/git/" + project + ".git",
        "/dvc/" + project,
        project.equals(PARCELS) ? Optional.of(commit("head").sha()) : Optional.empty(),
        minutesAgo(9000));
  }

  @Override
  public Project create(Name project) {
    return project(project);
  }

  @Override
  public void capture(Name project, List<Frame> frames) {
    throw new IllegalStateException("pages capture nothing");
  }

  @Override
  public List<Frame> newest(Name project, int limit) {
    return project.equals(PARCELS)
        ? IntStream.range(0, Math.min(limit, 40))
            .mapToObj(i ->
                new Frame(
                    image(i),
                    Samples.READER,
                    digest("int8 digit-reader 4"),
                    i % 3 == 0 ? "canary" : "stable",
                    i == 4 ? Samples.HOSTILE : String.valueOf(i % 10),
                    .31 + i / 80.0,
                    .02 + i / 100.0,
                    List.of(.3, .7),
                    i % 9 == 0 ? "audit" : "unsure",
                    minutesAgo(i)))
            .toList()
        : List.of();
  }

  @Override
  public Frame frame(Name project, Digest image) {
    return newest(project, 40).stream()
        .filter(f -> f.image().equals(image))
        .findFirst()
        .orElseThrow(() -> new NoSuchThing("frame", image.toString(), "see the list"));
  }

  @Override
  public long count(Name project) {
    return project.equals(PARCELS) ? 4_128 : 0;
  }
}
