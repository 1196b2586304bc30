package dev.fovea.dvc.history;

import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.ConfigConstants;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/**
 * Git settings come from the repository alone: not from the home folder of whoever starts Fovea,
 * and nothing is written there. JGit itself would run {@code git} to find the machine's settings.
 */
public final class HermeticGit extends SystemReader.Delegate {
  private HermeticGit(SystemReader system) {
    super(system);
  }

  /** From now on, for this process. */
  public static void install() {
    if (!(SystemReader.getInstance() instanceof HermeticGit)) {
      SystemReader.setInstance(new HermeticGit(SystemReader.getInstance()));
    }
  }

  @Override
  public FileBasedConfig openUserConfig(@Nullable Config parent, FS fs) {
    return new Nothing(parent, fs);
  }

  @Override
  public FileBasedConfig openSystemConfig(@Nullable Config parent, FS fs) {
    return new Nothing(parent, fs);
  }

  @Override
  public FileBasedConfig openJGitConfig(@Nullable Config parent, FS fs) {
    return new Nothing(parent, fs);
  }

  @Override
  public StoredConfig getUserConfig() {
    return new Nothing(null, FS.DETECTED);
  }

  @Override
  public StoredConfig getSystemConfig() {
    return new Nothing(null, FS.DETECTED);
  }

  @Override
  public StoredConfig getJGitConfig() {
    return new Nothing(null, FS.DETECTED);
  }

  @Override
  public @Nullable String getenv(String variable) {
    return variable.startsWith("GIT_") ? null : super.getenv(variable);
  }

  private static final class Nothing extends FileBasedConfig {
    @SuppressWarnings("NullAway") // JGit's own null configurations have no file either.
    Nothing(@Nullable Config parent, FS fs) {
      super(parent, null, fs);
    }

    /**
     * JGit measures for seconds how finely a file system tells the time, unless its settings say
     * so. It is told the coarsest: then it looks once more at files that were written just now.
     */
    @Override
    public @Nullable String getString(String section, @Nullable String subsection, String name) {
      if (!section.equals(ConfigConstants.CONFIG_FILESYSTEM_SECTION)) {
        return super.getString(section, subsection, name);
      }
      return switch (name) {
        case ConfigConstants.CONFIG_KEY_TIMESTAMP_RESOLUTION -> "2 seconds";
        case ConfigConstants.CONFIG_KEY_MIN_RACY_THRESHOLD -> "0 ns";
        default -> null;
      };
    }

    @Override
    public void load() {}

    @Override
    public void save() {}

    @Override
    public boolean isOutdated() {
      return false;
    }
  }
}
