package dev.fovea.registry;

import dev.fovea.kernel.Caller;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

class RunViewsInOneProcessTest extends RunViewsContract {
  @Autowired private ApplicationContext application;

  @Override
  <A> A api(Caller caller, Class<A> api) {
    return InOneProcess.api(application, caller, api);
  }
}
