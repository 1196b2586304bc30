package dev.fovea.web.build;

import dev.fovea.datasets.DatasetDiff.Relabelled;
import dev.fovea.datasets.DatasetVersion;
import dev.fovea.datasets.Datasets;
import dev.fovea.datasets.Frame;
import dev.fovea.datasets.Frames;
import dev.fovea.datasets.ImageHistories;
import dev.fovea.datasets.ImageHistories.ImageHistory;
import dev.fovea.datasets.ImageHistories.Place;
import dev.fovea.datasets.ImageHistories.Sides;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.registry.ModelVersion;
import dev.fovea.registry.Models;
import dev.fovea.web.Part;
import dev.fovea.web.Shell;
import dev.fovea.web.Stations;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

/** The history of one image of a dataset. */
@Controller
class ImagePages {
  private static final String ADDRESS = "/{project}/datasets/{name}/images/{*path}";
  private static final int SHOWN = 20;
  private static final int MODELS_SHOWN = 50;

  private final ImageHistories histories;
  private final Datasets datasets;
  private final Frames frames;
  private final Models models;
  private final Stations stations;

  ImagePages(
      ImageHistories histories,
      Datasets datasets,
      Frames frames,
      Models models,
      Stations stations) {
    this.histories = histories;
    this.datasets = datasets;
    this.frames = frames;
    this.models = models;
    this.stations = stations;
  }

  /**
   * A model that was made of a version with the image.
   *
   * @param place what that version says of the image
   */
  record Maker(ModelVersion model, DatasetVersion version, Place place) {}

  @GetMapping(ADDRESS)
  String history(
      @PathVariable("project") Name project,
      @PathVariable("name") Name name,
      @PathVariable("path") String rest,
      @RequestParam(name = "path", defaultValue = "") String told,
      @RequestParam(name = "before", defaultValue = ImageHistories.NEWEST) int before,
      @ModelAttribute(name = "shell", binding = false) Shell shell,
      Model page) {
    var path = path(rest, told);
    var history = histories.history(project, name, path, before, SHOWN);
    var steps = ImageStep.of(path, history.changes());
    var file = path.substring(path.lastIndexOf('/') + 1);
    boolean isNewest = before == Integer.parseInt(ImageHistories.NEWEST);
    page.addAttribute("title", file);
    page.addAttribute(
        "shell",
        shell.at(
            new Shell.Crumb("Datasets", "/%s/datasets".formatted(project)),
            new Shell.Crumb(name.text(), "/%s/datasets?of=%s".formatted(project, name))));
    page.addAttribute("dataset", name);
    page.addAttribute("path", path);
    page.addAttribute("images", new ImageAddresses(project, name));
    page.addAttribute("history", history);
    page.addAttribute("steps", steps);
    page.addAttribute("before", before);
    page.addAttribute("isNewest", isNewest);
    page.addAttribute(
        "headline",
        isNewest
            ? headline(file, name, steps, history)
            : "%s before %s %d".formatted(file, name, before));
    page.addAttribute("stations", List.of());
    if (isNewest && !steps.isEmpty()) {
      now(project, name, steps, history, page);
    }
    return "image";
  }

  /** What is said of the image beside what happened to it. */
  private void now(
      Name project, Name name, List<ImageStep> steps, ImageHistory history, Model page) {
    var newest = steps.getFirst();
    var image = newest.seen().image();
    page.addAttribute("stations", stations.through(project, newest.change().version()));
    page.addAttribute("frame", Part.of(() -> frame(project, image)));
    var versions = datasets.versions(project, name);
    var presence = Presence.of(versions, steps, history.next().isEmpty());
    page.addAttribute("holders", presence.places().size());
    page.addAttribute("makers", Part.of(() -> makers(project, versions, presence)));
  }

  @GetMapping(path = ADDRESS, params = "change")
  String change(
      @PathVariable("project") Name project,
      @PathVariable("name") Name name,
      @PathVariable("path") String rest,
      @RequestParam(name = "path", defaultValue = "") String told,
      @RequestParam("change") Digest version,
      Model page) {
    var sides = Part.of(() -> histories.sides(project, name, version, path(rest, told)));
    page.addAttribute("part", sides);
    page.addAttribute("version", version);
    sides.value().flatMap(ImagePages::scene).ifPresent(scene -> page.addAttribute("scene", scene));
    return "image :: change";
  }

  @GetMapping(path = ADDRESS, params = "at")
  String at(
      @PathVariable("project") Name project,
      @PathVariable("name") Name name,
      @PathVariable("path") String rest,
      @RequestParam(name = "path", defaultValue = "") String told,
      @RequestParam("at") Digest version,
      HttpServletResponse response,
      Model page) {
    var sides = Part.of(() -> histories.sides(project, name, version, path(rest, told)));
    page.addAttribute("part", sides);
    if (!sides.there()) {
      response.setHeader("HX-Reswap", "beforeend"); // the picture stays
    }
    sides
        .value()
        .flatMap(found -> found.after().or(found::before))
        .ifPresent(sample -> {
          page.addAttribute("sample", sample);
          page.addAttribute("objects", Scene.all(sample));
        });
    return "image :: at";
  }

  private static Optional<Scene> scene(Sides sides) {
    return sides
        .before()
        .flatMap(before ->
            sides.after().map(after -> Scene.of(new Relabelled(before, after, sides.objects()))));
  }

  private static String path(String rest, String told) {
    return rest.length() > 1 ? rest.substring(1) : told;
  }

  private static String headline(
      String file, Name dataset, List<ImageStep> steps, ImageHistory history) {
    if (steps.isEmpty()) {
      return file + ": not read yet";
    }
    var newest = steps.getFirst();
    var version = "%s %d".formatted(dataset, newest.change().number());
    if (newest.place().isEmpty()) {
      return "%s: %s in %s"
          .formatted(file, newest.went().isEmpty() ? "removed" : "renamed", version);
    }
    if (history.next().isPresent()) {
      return "%s: more than %d changes, the last in %s".formatted(file, steps.size(), version);
    }
    return steps.size() == 1
        ? "%s: as %s brought it".formatted(file, version)
        : "%s: %d changes, the last in %s".formatted(file, steps.size(), version);
  }

  private Optional<Frame> frame(Name project, Digest image) {
    try {
      return Optional.of(frames.frame(project, image));
    } catch (NoSuchThing e) {
      return Optional.empty();
    }
  }

  private List<Maker> makers(Name project, List<DatasetVersion> versions, Presence presence) {
    return models.heads(project).stream()
        .flatMap(head -> models.versions(project, head.model()).stream())
        .flatMap(model -> maker(model, versions, presence))
        .limit(MODELS_SHOWN)
        .toList();
  }

  private static Stream<Maker> maker(
      ModelVersion model, List<DatasetVersion> versions, Presence presence) {
    return versions.stream()
        .filter(version -> model.dataset().filter(version.digest()::equals).isPresent())
        .flatMap(version ->
            presence.in(version.digest()).stream().map(place -> new Maker(model, version, place)));
  }
}
