package dev.fovea.cli;

import dev.fovea.cli.terminal.Connection;
import dev.fovea.cli.terminal.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What points the stock clients here. */
@Command(
    name = "env",
    mixinStandardHelpOptions = true,
    description =
        "Prints the exports that point mlflow, dvc and git at this server:  eval \"$(fovea env)\"")
final class EnvCommand implements Callable<Integer> {
  @Mixin private Connection server = new Connection();

  @Override
  public Integer call() {
    server.client().requireAnswer();
    var address = server.client().address();
    var token = server.client().token().orElse("");
    var out = server.out();
    out.println("export FOVEA_URL=" + address);
    out.println("export FOVEA_TOKEN=" + token);
    out.println("export MLFLOW_TRACKING_URI=" + address);
    out.println("export MLFLOW_TRACKING_TOKEN=" + token);
    out.println(
        "# git:  git push "
            + address.toString().replace("://", "://fovea:$FOVEA_TOKEN@")
            + "/git/PROJECT.git main");
    out.println("# dvc:  dvc remote add -d fovea " + address + "/dvc/PROJECT");
    out.println(
        "#       dvc remote modify fovea auth basic && dvc remote modify --local fovea user fovea");
    out.println("#       dvc remote modify --local fovea password \"$FOVEA_TOKEN\"");
    out.flush();
    return ExitCode.OK;
  }
}
