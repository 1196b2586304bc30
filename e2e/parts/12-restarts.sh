# The demo, killed after every act and started again.
export FOVEA_JAVA_OPTS=-XX:TieredStopAtLevel=1 # servers that live for a minute: the second compiler costs more than it gives
check demo-killed-after-every-act bash e2e/demo_restarts.sh "$WORK/finished-demo"
