package dev.fovea.web.build;

import dev.fovea.datasets.DatasetDiff;
import dev.fovea.datasets.DatasetVersion;
import dev.fovea.datasets.Datasets;
import dev.fovea.datasets.LabelledObject;
import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.store.NoSuchObject;
import dev.fovea.store.ObjectStore;
import dev.fovea.web.Shell;
import dev.fovea.web.ShortDigest;
import dev.fovea.web.Stations;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

/** One version of a dataset, and what changed between two. */
@Controller
class VersionPages {
  private static final int SHOWN = 96;

  /** Pictures of objects are larger than others. */
  private static final int SCENES = 24;

  private final Datasets datasets;
  private final ObjectStore objects;
  private final Stations stations;

  VersionPages(Datasets datasets, ObjectStore objects, Stations stations) {
    this.datasets = datasets;
    this.objects = objects;
    this.stations = stations;
  }

  /** A class with how many images each split has. */
  record ClassCount(String name, Map<String, Long> bySplit, long all, long most) {}

  @GetMapping("/{project}/datasets/{name}@{digest}")
  String version(
      @PathVariable("project") Name project,
      @PathVariable("name") Name name,
      @PathVariable("digest") String digits,
      @RequestParam(name = "split", required = false) Optional<String> split,
      @RequestParam(name = "class", required = false) Optional<String> label,
      @ModelAttribute(name = "shell", binding = false) Shell shell,
      Model page)
      throws IOException {
    var version = find(project, name, digits);
    page.addAttribute("title", version.dataset() + "@" + version.digest().abbreviated());
    page.addAttribute(
        "shell", shell.at(new Shell.Crumb("Datasets", "/" + project + "/datasets?of=" + name)));
    page.addAttribute("version", version);
    page.addAttribute("images", new ImageAddresses(project, name));
    page.addAttribute("stations", stations.through(project, version.digest()));
    page.addAttribute("split", split.orElse(""));
    page.addAttribute("label", label.orElse(""));
    page.addAttribute("splits", new TreeSet<>(version.splits().keySet()));
    var samples = samples(version.digest());
    page.addAttribute("readable", samples.isPresent());
    var all = samples.orElse(List.of());
    var chosen =
        all.stream()
            .filter(s ->
                split.map(s.split()::equals).orElse(true)
                    && label.map(classes(s)::contains).orElse(true))
            .toList();
    page.addAttribute("counts", counts(version, all));
    page.addAttribute("chosen", chosen.size());
    page.addAttribute("samples", spread(chosen));
    return "version";
  }

  @GetMapping("/{project}/datasets/{name}/diff/{from}..{to}")
  String diff(
      @PathVariable("project") Name project,
      @PathVariable("name") Name name,
      @PathVariable("from") String from,
      @PathVariable("to") String to,
      @ModelAttribute(name = "shell", binding = false) Shell shell,
      Model page) {
    var older = find(project, name, from);
    var newer = find(project, name, to);
    page.addAttribute("title", name + ", two versions");
    page.addAttribute(
        "shell", shell.at(new Shell.Crumb("Datasets", "/" + project + "/datasets?of=" + name)));
    page.addAttribute("images", new ImageAddresses(project, name));
    page.addAttribute("older", older);
    page.addAttribute("newer", newer);
    var diff = datasets.diff(project, name, older.digest(), newer.digest());
    page.addAttribute("diff", diff);
    var withObjects =
        diff.relabelled().stream().collect(Collectors.partitioningBy(VersionPages::hasObjects));
    var scenic = withObjects.getOrDefault(true, List.of());
    page.addAttribute("scenic", scenic.size());
    page.addAttribute("scenes", scenic.stream().limit(SCENES).map(Scene::of).toList());
    page.addAttribute("relabelled", withObjects.getOrDefault(false, List.of()));
    page.addAttribute("limit", SHOWN);
    page.addAttribute("stations", stations.through(project, newer.digest()));
    return "diff";
  }

  private static boolean hasObjects(DatasetDiff.Relabelled image) {
    return !image.before().objects().isEmpty() || !image.after().objects().isEmpty();
  }

  private DatasetVersion find(Name project, Name name, String digits) {
    return ShortDigest.of("version of " + name, digits)
        .among("version of " + name, datasets.versions(project, name), DatasetVersion::digest);
  }

  private Optional<List<Sample>> samples(Digest version) throws IOException {
    try {
      return Optional.of(Manifest.read(objects, version).samples());
    } catch (NoSuchObject e) {
      return Optional.empty();
    }
  }

  private static List<ClassCount> counts(DatasetVersion version, List<Sample> samples) {
    var byClass = new TreeMap<String, Map<String, Long>>();
    for (var sample : samples) {
      for (var name : classes(sample)) {
        byClass.computeIfAbsent(name, _ -> new TreeMap<>()).merge(sample.split(), 1L, Long::sum);
      }
    }
    var names = new TreeSet<>(byClass.keySet());
    names.addAll(version.classes());
    long most = byClass.values().stream().mapToLong(VersionPages::sum).max().orElse(1);
    return names.stream()
        .map(name -> {
          var bySplit = byClass.getOrDefault(name, Map.of());
          return new ClassCount(name, bySplit, sum(bySplit), most);
        })
        .toList();
  }

  /** The class of the image and those of the objects in it. */
  private static Set<String> classes(Sample sample) {
    var classes = sample.objects().stream().map(LabelledObject::label).collect(Collectors.toSet());
    if (!sample.label().isEmpty()) {
      classes.add(sample.label());
    }
    return classes;
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * At most as many as a page shows, evenly over all of them, so that every class and split is
   * seen.
   */
  private static List<Sample> spread(List<Sample> samples) {
    int step = Math.max(1, (samples.size() + SHOWN - 1) / SHOWN);
    return IntStream.iterate(0, i -> i < samples.size(), i -> i + step)
        .mapToObj(samples::get)
        .toList();
  }
}
