package dev.fovea.dvc.work;

import dev.fovea.dvc.DvcConfig;
import dev.fovea.dvc.DvcMistake;
import dev.fovea.dvc.Naming;
import dev.fovea.dvc.cache.FolderObjects;
import dev.fovea.dvc.cache.LinkType;
import dev.fovea.dvc.cache.ObjectCache;
import dev.fovea.dvc.disk.AtomicFiles;
import dev.fovea.dvc.disk.StatCache;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A folder with {@code .dvc} in it, as {@code dvc init} makes one: where everything lies. */
public final class WorkingCopy {
  private static final String DVC = ".dvc";
  private static final String IGNORE_FILE =
      """
      # Add patterns of files dvc should ignore, which could improve
      # the performance. Learn more at
      # https://dvc.org/doc/user-guide/dvcignore
      """;

  private final Path root;
  private final DvcConfig config;
  private final Naming naming;

  private WorkingCopy(Path root, DvcConfig config) {
    this(root, config, Naming.MD5);
  }

  private WorkingCopy(Path root, DvcConfig config, Naming naming) {
    this.root = root;
    this.config = config;
    this.naming = naming;
  }

  /** The same, whose files are named as those of something that is tracked. */
  public WorkingCopy naming(Tracked tracked) {
    return named(tracked.file().naming());
  }

  /** The same, whose files are named so, in its cache too. */
  public WorkingCopy named(Naming other) {
    return other == naming ? this : new WorkingCopy(root, config, other);
  }

  /** How files are named here. */
  public Naming naming() {
    return naming;
  }

  /**
   * The one that a folder lies in.
   *
   * @throws WorkProblem when it lies in none
   */
  public static WorkingCopy around(Path folder) throws IOException {
    return find(folder)
        .orElseThrow(() ->
            new WorkProblem(
                "%s is in no repository with a .dvc folder".formatted(folder.toAbsolutePath()),
                "run: fovea dataset init"));
  }

  /** The one that a folder lies in; absent where it lies in none. */
  public static Optional<WorkingCopy> find(Path folder) throws IOException {
    for (var root = folder.toRealPath(); root != null; root = root.getParent()) {
      if (Files.isDirectory(root.resolve(DVC))) {
        return Optional.of(new WorkingCopy(root, config(root)));
      }
    }
    return Optional.empty();
  }

  /** Makes a folder one, as {@code dvc init} does. */
  public static WorkingCopy init(Path folder) throws IOException {
    var root = folder.toRealPath();
    var dvc = root.resolve(DVC);
    if (Files.exists(dvc)) {
      throw new WorkProblem("%s exists".formatted(dvc), "use it, or remove it first");
    }
    Files.createDirectories(dvc.resolve("tmp"));
    AtomicFiles.write(dvc.resolve(".gitignore"), ascii("/config.local\n/tmp\n/cache\n"));
    AtomicFiles.write(dvc.resolve("config"), new byte[0]);
    if (!Files.exists(root.resolve(Ignored.FILE))) {
      AtomicFiles.write(root.resolve(Ignored.FILE), ascii(IGNORE_FILE));
    }
    return new WorkingCopy(root, config(root));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static DvcConfig config(Path root) throws IOException {
    var files = new ArrayList<>(machineSettings());
    files.add(root.resolve(DVC).resolve("config"));
    files.add(root.resolve(DVC).resolve("config.local"));
    try {
      return DvcConfig.read(files);
    } catch (DvcMistake e) {
      throw new WorkProblem(
          "DVC's settings, line %d: %s".formatted(e.line(), e.text()),
          "mend %s".formatted(root.resolve(DVC).resolve("config")));
    }
  }

  /** The files of DVC's settings for this machine and this user. */
  public static List<Path> machineSettings() {
    return machineSettings(System.getenv(), Path.of(System.getProperty("user.home")));
  }

  /**
   * The same, where DVC looks for them (dvc 3.67, {@code dirs.py}; on other systems than Linux by
   * the variables alone).
   */
  static List<Path> machineSettings(Map<String, String> environment, Path home) {
    var user =
        environment.containsKey("XDG_CONFIG_HOME")
            ? Path.of(environment.get("XDG_CONFIG_HOME"))
            : home.resolve(".config");
    return List.of(
        folder(environment, "DVC_SYSTEM_CONFIG_DIR", Path.of("/etc/xdg/dvc")).resolve("config"),
        folder(environment, "DVC_GLOBAL_CONFIG_DIR", user.resolve("dvc")).resolve("config"));
  }

  private static Path folder(Map<String, String> environment, String variable, Path otherwise) {
    return Optional.ofNullable(environment.get(variable))
        .filter(folder -> !folder.isEmpty())
        .map(Path::of)
        .orElse(otherwise);
  }

  public Path root() {
    return root;
  }

  public DvcConfig config() {
    return config;
  }

  /** Where settings of {@code .dvc/config} that are relative paths begin. */
  public Path settings() {
    return root.resolve(DVC);
  }

  /**
   * The cache, made where it is not there yet.
   *
   * @throws WorkProblem when {@code cache.shared} is what DVC would not read
   */
  public ObjectCache cache() throws IOException {
    var shared = config.get("cache", "shared").map(word -> word.toLowerCase(Locale.ROOT));
    if (shared.isPresent() && !shared.get().equals("group")) {
      throw new WorkProblem(
          "cache.shared of DVC's settings is '%s' (expected: group)"
              .formatted(Text.excerpt(shared.get())),
          "correct it: dvc config cache.shared group");
    }
    return new ObjectCache(cacheFolder(), shared.isPresent(), naming);
  }

  /** Where the cache lies, whether it is there or not. */
  public Path cacheFolder() {
    var folder = config.get("cache", "dir").orElse("cache");
    if (folder.startsWith("~/")) {
      return Path.of(System.getProperty("user.home"), folder.substring(2)).normalize();
    }
    return settings().resolve(folder).normalize();
  }

  /**
   * How files get the bytes of the cache's objects: the kinds that are tried, in this order.
   *
   * @throws WorkProblem when {@code cache.type} is what DVC would not read
   */
  public List<LinkType> linkTypes() {
    return LinkType.parse(config.get("cache", "type"));
  }

  public StatCache stats() {
    return new StatCache(notes());
  }

  /** What is known of a remote. */
  public PushLog pushLog(String remote) {
    return new PushLog(notes(), remote);
  }

  /** What is remembered of one kind of names says nothing of the other. */
  private Path notes() {
    var notes = settings().resolve("tmp").resolve("fovea");
    return naming == Naming.MD5 ? notes : notes.resolve("dvc2");
  }

  /**
   * A path from the root, with {@code /}.
   *
   * @throws WorkProblem when it lies elsewhere
   */
  public String inside(Path path) throws IOException {
    var parent = path.toAbsolutePath().normalize().getParent();
    var real =
        parent == null || !Files.exists(parent)
            ? path.toAbsolutePath().normalize()
            : parent.toRealPath().resolve(path.getFileName());
    if (!real.startsWith(root) || real.equals(root)) {
      throw new WorkProblem(
          "%s is not in the repository %s".formatted(path, root), "name a folder in it");
    }
    return root.relativize(real).toString().replace('\\', '/');
  }

  /**
   * The part of the repository that a path means: that of a {@code .dvc} file means what it tracks,
   * and an empty one everything.
   *
   * @throws WorkProblem when it lies elsewhere
   */
  public String part(Path path) throws IOException {
    var place = Descriptions.data(path.toAbsolutePath().normalize());
    boolean all = Files.exists(place) && place.toRealPath().equals(root);
    return all ? "" : inside(place);
  }

  /**
   * What all {@code .dvc} files track, and what stages made that a {@code dvc.lock} records, by
   * path; not the imports whose content is not known.
   */
  public List<Tracked> tracked() throws IOException {
    return descriptions().tracked().stream().filter(Tracked::isKnown).toList();
  }

  /** The imports whose content is not known: {@code dvc import --no-download} made them. */
  public List<Tracked> unpinned() throws IOException {
    return descriptions().tracked().stream().filter(each -> !each.isKnown()).toList();
  }

  /** What could not be told of stages, for people: these outputs are left as they are. */
  public List<String> doubts() throws IOException {
    return descriptions().doubts();
  }

  /** Whether the cache has all objects of something that is tracked. */
  public boolean hasAllOf(Tracked tracked) throws IOException {
    return tracked.isKnown() && FolderObjects.isWhole(naming(tracked).cache(), tracked.name());
  }

  public FoundDescriptions descriptions() throws IOException {
    return FoundDescriptions.in(this);
  }

  /**
   * What a path, or the {@code .dvc} file of a path, is tracked as.
   *
   * @throws WorkProblem when it is not tracked
   */
  public Tracked tracked(Path path) throws IOException {
    var description = Descriptions.is(path.toString()) ? path : Descriptions.of(path);
    if (Files.isRegularFile(description)) {
      return read(description);
    }
    var inside = inside(path);
    return tracked().stream()
        .filter(each -> each.path().equals(inside))
        .findFirst()
        .orElseThrow(() ->
            new WorkProblem(
                "%s is not tracked: there is no %s, and no stage made it"
                    .formatted(path, description),
                "run: fovea dataset add " + path));
  }

  /** What a {@code .dvc} file tracks. */
  Tracked read(Path description) throws IOException {
    Descriptions.requireShort(description.toString(), Files.size(description));
    var text = text(description);
    var tracked = new Descriptions(root).parse(inside(description), text);
    inside(root.resolve(tracked.path())); // a link on its way may lead elsewhere
    return tracked;
  }

  /**
   * The text of a file that says what is tracked.
   *
   * @throws WorkProblem when Git's merge left it unsettled
   */
  static String text(Path description) throws IOException {
    var text = Files.readString(description);
    if (ConflictMarkers.areIn(text)) {
      throw new WorkProblem(
          "%s holds both sides of a merge".formatted(description),
          "keep one of its two parts, git add it, then run: fovea dataset checkout");
    }
    return text;
  }
}
