package dev.fovea.dvc.exchange;

import dev.fovea.dvc.DvcFile;
import dev.fovea.dvc.Naming;
import dev.fovea.dvc.Origin;
import dev.fovea.dvc.RelativePath;
import dev.fovea.dvc.cache.CacheLock;
import dev.fovea.dvc.disk.AtomicFiles;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.remote.Remote;
import dev.fovea.dvc.transfer.Pulling;
import dev.fovea.dvc.tree.Adding;
import dev.fovea.dvc.tree.Checkout;
import dev.fovea.dvc.work.Descriptions;
import dev.fovea.dvc.work.Tracked;
import dev.fovea.dvc.work.WorkingCopy;
import dev.fovea.kernel.Folders;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code dvc import}: brings what another Git repository tracks, and remembers where it came from.
 * The objects come from that repository's remote, each checked, and are never pushed to one's own.
 */
public final class Importing {
  private final WorkingCopy copy;
  private final Map<String, String> environment;
  private final Progress progress;

  /**
   * @param environment where keys of remotes may stand
   */
  public Importing(WorkingCopy copy, Map<String, String> environment, Progress progress) {
    this.copy = copy;
    this.environment = Map.copyOf(environment);
    this.progress = progress;
  }

  /**
   * What is wanted.
   *
   * @param url of the other repository: a folder, or a file, http or https URL
   * @param path there, with {@code /}
   * @param out where it goes; a folder that exists gets it inside
   * @param revision of the other repository; absent for its newest commit
   * @param download whether the data comes now, and not by a later {@code pull}
   */
  public record Wish(
      String url, String path, Optional<Path> out, Optional<String> revision, boolean download) {}

  /**
   * What was done.
   *
   * @param commit of the other repository
   * @param files how many came
   */
  public record Imported(String path, String commit, long files, long bytes) {}

  /**
   * Does so. The objects are in the cache before the {@code .dvc} file is written, and that before
   * the data: killed at any moment, it is run again, or ended by a checkout.
   *
   * @param here where paths begin
   * @throws WorkProblem when something is there already, or the other repository lacks it
   */
  public Imported bring(Wish wish, Path here) throws IOException {
    var path = path(wish.path());
    var place = place(wish, path, here);
    var inside = copy.inside(place);
    requireFree(place, inside);
    Adding.requireNoStage(copy, inside);
    Adding.requireUnknownToGit(copy, inside);
    var address = GitAddress.parse(wish.url(), here);
    if (!address.user().isEmpty()) {
      throw new WorkProblem(
          "the URL holds a user or a password, and the .dvc file would keep it for everybody",
          "put both into ~/.netrc, and give %s".formatted(address));
    }
    var scratch = scratch();
    try (var source = SourceRepository.open(address, wish.revision(), scratch)) {
      var origin = new Origin(wish.url(), path, wish.revision(), source.commit(), Optional.empty());
      var found = source.find(path);
      var name = String.valueOf(place.getFileName());
      var description = Descriptions.of(place);
      if (!wish.download()) {
        write(description, DvcFile.importing(origin, name));
        Adding.ignore(copy, place);
        return new Imported(inside, source.commit(), 0, 0);
      }
      if (found.tracked().file().naming() != Naming.MD5) {
        throw new WorkProblem(
            "'%s' of %s is kept as DVC 2 kept it".formatted(path, source),
            "import it with dvc; 'fovea dataset pull' gets what that tracks");
      }
      try (var remote =
              source.remote(
                  found.project(), origin.remote().or(found.tracked()::remote), environment);
          var _ = CacheLock.share(copy.cache())) {
        var content = SourceContent.of(found, copy.cache(), remote);
        var sizes = content.fetch(copy.cache(), pulling(remote), inside);
        var file =
            DvcFile.importing(origin, name)
                .pointingTo(content.name(), sizes.bytes(), sizes.files());
        write(description, file);
        Adding.ignore(copy, place);
        new Checkout(copy, progress, false).checkout(new Tracked(description, inside, file));
        return new Imported(inside, source.commit(), sizes.files(), sizes.bytes());
      }
    } finally {
      Folders.remove(scratch);
    }
  }

  private static void write(Path description, DvcFile file) throws IOException {
    AtomicFiles.write(description, file.text().getBytes(StandardCharsets.UTF_8));
  }

  /** As DVC writes it: without {@code ./} before it and {@code /} behind it. */
  private static String path(String given) {
    var path = given.replaceAll("^(\\./)+", "").replaceAll("/+$", "");
    var fault = RelativePath.fault(path);
    if (fault.isPresent()) {
      throw new WorkProblem(
          "the path '%s' %s".formatted(Text.excerpt(given), fault.get()),
          "name a folder or a file by its path from the other repository's root");
    }
    return path;
  }

  private static Path place(Wish wish, String path, Path here) {
    var name = path.substring(path.lastIndexOf('/') + 1);
    var out = here.resolve(wish.out().orElse(Path.of(name))).toAbsolutePath().normalize();
    return wish.out().isPresent() && Files.isDirectory(out) ? out.resolve(name) : out;
  }

  private void requireFree(Path place, String path) throws IOException {
    for (var each : List.of(place, Descriptions.of(place))) {
      if (Files.exists(each, LinkOption.NOFOLLOW_LINKS)) {
        throw new WorkProblem(
            "%s is there already".formatted(each),
            "name another place with --out, or remove it first");
      }
    }
    if (!Files.isDirectory(AtomicFiles.parent(place))) {
      throw new WorkProblem(
          "there is no folder %s".formatted(AtomicFiles.parent(place)), "make it first");
    }
    for (var tracked : copy.tracked()) {
      if (path.startsWith(tracked.path() + "/")) {
        throw new WorkProblem(
            "%s lies in %s, which is tracked".formatted(path, tracked.path()),
            "name another place with --out");
      }
    }
  }

  /**
   * Gets what an import lacks from where it came from, at the commit that it came from.
   *
   * @return the same, with the name of its content where its {@code .dvc} file has none
   * @throws WorkProblem when that commit tracks something else there now
   */
  public Tracked fetch(Tracked tracked, Path here) throws IOException {
    var origin = tracked.file().origin().orElseThrow();
    if (tracked.isKnown() && copy.hasAllOf(tracked)) {
      return tracked;
    }
    var scratch = scratch();
    var address = GitAddress.parse(origin.url(), here);
    try (var source = SourceRepository.open(address, Optional.of(origin.commit()), scratch)) {
      var found = source.find(path(origin.path()));
      var named = copy.naming(found.tracked());
      try (var opened =
          source.remote(
              found.project(), origin.remote().or(found.tracked()::remote), environment)) {
        var remote = opened.named(named.naming());
        var content = SourceContent.of(found, named.cache(), remote);
        requireSameNaming(tracked, named, source);
        if (tracked.isKnown() && !content.name().equals(tracked.name())) {
          throw new WorkProblem(
              "'%s' of %s is %s (expected: %s, as %s says)"
                  .formatted(
                      origin.path(),
                      source,
                      content.name(),
                      tracked.name(),
                      tracked.description().getFileName()),
              "import it again, or: dvc update " + tracked.description().getFileName());
        }
        var pulling = new Pulling(named, remote, progress, false);
        var sizes = content.fetch(named.cache(), pulling, tracked.path());
        if (named != copy) {
          return new Tracked(tracked.description(), tracked.path(), tracked.file());
        }
        return new Tracked(
            tracked.description(),
            tracked.path(),
            tracked.file().pointingTo(content.name(), sizes.bytes(), sizes.files()));
      }
    } finally {
      Folders.remove(scratch);
    }
  }

  private static void requireSameNaming(
      Tracked tracked, WorkingCopy named, SourceRepository source) {
    if (tracked.file().naming() != named.naming()) {
      throw new WorkProblem(
          "%s and %s name its content otherwise: one as DVC 2 did, one as DVC 3"
              .formatted(tracked.description().getFileName(), source),
          "bring it up to date: dvc update " + tracked.description().getFileName());
    }
  }

  /**
   * Gets what an import lacks, and checks it out; its {@code .dvc} file stays as it is.
   *
   * @param here where paths begin
   * @param force whether what was changed may be lost
   */
  public Pulling.Pulled pull(Tracked tracked, Path here, boolean force) throws IOException {
    try (var _ = CacheLock.share(copy.cache())) {
      var whole = fetch(tracked, here);
      var done = new Checkout(copy, progress, force).checkout(whole);
      long files = whole == tracked ? 0 : whole.file().files().orElse(0);
      return new Pulling.Pulled(tracked.path(), files, done);
    }
  }

  private Pulling pulling(Remote remote) {
    return new Pulling(copy, remote, progress, false);
  }

  private Path scratch() throws IOException {
    var folder = Files.createDirectories(copy.settings().resolve("tmp").resolve("fovea"));
    return Files.createTempDirectory(folder, "source");
  }
}
