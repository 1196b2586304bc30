package dev.fovea.security;

import dev.fovea.rollouts.FrameAccess;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.beans.factory.ObjectProvider;

/**
 * The model server behind its token. Asked every time, so that a token ends with its rollout; where
 * the rollouts run elsewhere, model servers call them there.
 */
final class ModelServerSource implements CallerFilter.Source {
  private static final String SCHEME = "Bearer ";

  private final ObjectProvider<FrameAccess> access;

  ModelServerSource(ObjectProvider<FrameAccess> access) {
    this.access = access;
  }

  @Override
  public CallerFilter.Found find(HttpServletRequest request) {
    var header = request.getHeader("Authorization");
    if (header == null || !header.startsWith(SCHEME + FrameAccess.PREFIX)) {
      return new CallerFilter.Found.Nobody();
    }
    var rollouts = access.getIfAvailable();
    return rollouts == null
        ? new CallerFilter.Found.Wrong()
        : rollouts
            .caller(header.substring(SCHEME.length()))
            .<CallerFilter.Found>map(caller -> new CallerFilter.Found.Somebody(caller, false))
            .orElseGet(CallerFilter.Found.Wrong::new);
  }
}
