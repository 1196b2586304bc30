package dev.fovea.registry.mlflow;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Text;
import dev.fovea.registry.protocol.ErrorCode;
import dev.fovea.registry.protocol.MlflowError;
import dev.fovea.roles.Callers;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/** Finds the project of a call. */
@Component
final class ScopeArgument implements HandlerMethodArgumentResolver {
  private static final String WORKSPACE = "X-MLFLOW-WORKSPACE";
  private static final Name DEFAULT = Name.of("default");

  @Override
  public boolean supportsParameter(MethodParameter parameter) {
    return parameter.getParameterType() == Scope.class;
  }

  @Override
  public Scope resolveArgument(
      MethodParameter parameter,
      @Nullable ModelAndViewContainer container,
      NativeWebRequest request,
      @Nullable WebDataBinderFactory binders) {
    var caller = Callers.current();
    if (caller.roles().isEmpty()) {
      throw new MlflowError(
          ErrorCode.UNAUTHENTICATED, "nobody is signed in: the request has no valid token");
    }
    var workspace = request.getHeader(WORKSPACE);
    if (workspace == null || workspace.isBlank()) {
      return new Scope(withoutAName(caller));
    }
    if (!caller.sees(workspace)) {
      throw noWorkspace(workspace);
    }
    try {
      return new Scope(Name.of(workspace));
    } catch (IllegalArgumentException e) {
      throw noWorkspace(workspace);
    }
  }

  private static Name withoutAName(Caller caller) {
    if (caller.everywhere()) {
      return DEFAULT;
    }
    if (caller.elsewhere().isEmpty()) {
      return Name.of(caller.project());
    }
    throw new MlflowError(
        ErrorCode.INVALID_PARAMETER_VALUE,
        "no project is named, and you have rights in several: set MLFLOW_WORKSPACE, or the header %s, to one of %s"
            .formatted(WORKSPACE, caller.projects()));
  }

  // The same answer whether it is missing or another's.
  private static MlflowError noWorkspace(String workspace) {
    return MlflowError.missing("Workspace '%s' not found".formatted(Text.excerpt(workspace)));
  }
}
