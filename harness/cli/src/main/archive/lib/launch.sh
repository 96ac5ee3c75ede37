# What both of Millrace's launchers do, that of an installation and that of the repository: messages, signals, the search
# for a JDK and the start-up cache. To be sourced by bash; it defines functions and runs nothing.
# shellcheck shell=bash disable=SC2034 # some names are for those who source it

readonly EXIT_FAILED=1 EXIT_USAGE=2 EXIT_HOST=3 EXIT_INTERRUPTED=130 EXIT_TERMINATED=143
readonly MINIMUM_JDK=25
JVM_FOLDER=${MILLRACE_JVM_FOLDER:-/usr/lib/jvm} # the tests point it at folders of their own
JDK_TOOLS=(java)                                # programs that a JDK has to have to be taken

say() { printf 'millrace: %s\n' "$*" >&2; }
detail() { [[ ${MILLRACE_VERBOSE:-0} != 1 ]] || say "$@"; }
fail() {
    local code=$1
    shift
    say "$@"
    exit "$code"
}

# ---- signals ----

# Ctrl-C and SIGTERM end what the launcher does, with all its child processes and one line. What the launcher becomes in the
# end, the JVM, has handlers of its own.

JOB=''     # the process group of what runs at the moment
TELLER=''  # the process that tells how far it is
SCRATCH='' # a folder that is worth nothing unless the job ends in order
catch_signals() {
    trap 'interrupted $EXIT_INTERRUPTED' INT
    trap 'interrupted $EXIT_TERMINATED' TERM HUP
}

interrupted() {
    trap '' INT TERM HUP
    [[ -z $TELLER ]] || kill "$TELLER" 2>/dev/null || true
    if [[ -n $JOB ]]; then
        kill -TERM -- "-$JOB" 2>/dev/null || true
        wait "$JOB" 2>/dev/null || true
    fi
    [[ -z $SCRATCH ]] || rm -rf "$SCRATCH"
    fail "$1" "interrupted; start it again to go on"
}

# run_job LOG COMMAND...: in a process group of its own, so that a signal does not have to wait for its end. What it says goes
# into the log, if there is one; what the launcher says at a signal must not.
run_job() {
    local log=$1 code=0
    shift
    set -m
    if [[ -n $log ]]; then
        "$@" </dev/null >"$log" 2>&1 9<&- &
    else
        "$@" </dev/null 9<&- &
    fi
    JOB=$!
    set +m
    wait "$JOB" || code=$?
    JOB=''
    return $code
}

# ---- JDK ----

# The feature release of the JDK in folder $1, or 0. Its release file is read first: no JVM to wait for.
jdk_release() {
    local home=$1 line tool version=''
    for tool in "${JDK_TOOLS[@]}"; do
        [[ -x $home/bin/$tool ]] || { echo 0; return; }
    done
    if [[ -r $home/release ]]; then
        while IFS= read -r line; do
            [[ $line != JAVA_VERSION=* ]] || version=${line#JAVA_VERSION=}
        done <"$home/release"
    else
        version=$("$home/bin/java" -version 2>&1 | sed -n '1s/.*version //p') || version=''
    fi
    version=${version//\"/}
    version=${version#1.}
    version=${version%%[!0-9]*}
    echo "${version:-0}"
}

# Sets JDK to the first suitable one; false when there is none.
find_jdk() {
    local candidate on_path
    if [[ -n ${MILLRACE_JAVA_HOME:-} ]]; then
        (($(jdk_release "$MILLRACE_JAVA_HOME") >= MINIMUM_JDK)) || fail $EXIT_HOST \
            "MILLRACE_JAVA_HOME=$MILLRACE_JAVA_HOME is no JDK $MINIMUM_JDK or newer; point it at one, or unset it"
        JDK=$MILLRACE_JAVA_HOME
        return 0
    fi
    on_path=$(command -v java || true)
    [[ -z $on_path ]] || on_path=$(dirname "$(dirname "$(readlink -f "$on_path")")")
    for candidate in "${JAVA_HOME:-}" "$JVM_FOLDER"/* "$on_path"; do
        if [[ -n $candidate ]] && (($(jdk_release "$candidate") >= MINIMUM_JDK)); then
            JDK=$candidate
            return 0
        fi
    done
    return 1
}

# Java takes names of files and its output's encoding from the locale, and knows nothing but ASCII without one.
use_locale() { [[ $(locale charmap 2>/dev/null) != ANSI* ]] || export LC_ALL=C.UTF-8; }

# ---- start-up cache ----

# What a JVM has read, checked and linked in one run, for the next one (JEP 483 and 514: an AOT cache). The JVM itself
# looks whether it is of this JDK and of these jars, and goes without if not.

# Sets CACHE to the file for this JDK, whether it is there or not.
name_start_cache() {
    local line name=''
    [[ ! -r $JDK/release ]] || while IFS= read -r line; do
        [[ $line != IMPLEMENTOR=* && $line != JAVA_RUNTIME_VERSION=* ]] || name+=-${line#*=}
    done <"$JDK/release"
    CACHE=$CACHES/jdk${name//[!A-Za-z0-9.+-]/}.aot
}

# Records CACHE, or leaves an empty file where this JDK records none: it is tried once. A launcher that was killed meanwhile
# may have left a JVM behind that goes on recording. It has a folder of its own, which is removed here.
record_cache() {
    rm -rf "$CACHES"/recording.* "$CACHE"
    SCRATCH=$CACHES/recording.$$
    mkdir -p "$SCRATCH"
    if run_training "$SCRATCH/cache.aot" "$SCRATCH/training.log" && [[ -s $SCRATCH/cache.aot ]]; then
        mv "$SCRATCH/cache.aot" "$CACHE"
    else
        detail "this JDK records none; why is in $CACHES/training.log"
        : >"$CACHE"
    fi
    mv "$SCRATCH/training.log" "$CACHES"
    rm -rf "$SCRATCH"
    SCRATCH=''
}

# Without the profiles of JEP 515: the training run has other stages and ports than a user's engine, and call sites that
# the profile knows two receivers of are never inlined for a third.
run_training() {
    run_job "$2" timeout --foreground --kill-after=5 120 "$JDK/bin/java" "@$JVM_OPTIONS" -XX:+IgnoreUnrecognizedVMOptions \
        -XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining -XX:AOTCacheOutput="$1" -cp "$JAR" \
        io.millrace.cli.TrainingRun "$SCRATCH/training"
}

# Sets CACHE_OPTIONS to those that use it. A cache that does not fit is nothing to trouble users with.
use_start_cache() {
    CACHE_OPTIONS=()
    [[ -n $CACHES ]] || return 0
    name_start_cache
    [[ -s $CACHE && ! " ${MILLRACE_JAVA_OPTIONS:-}" =~ ' -'(XX:AOT|XX:SharedArchiveFile|Xshare) ]] || return 0
    CACHE_OPTIONS=(-XX:AOTCache="$CACHE" '-Xlog:aot*=off' '-Xlog:cds*=off')
}

# ---- start ----

# start ARGUMENT...: becomes the JVM.
start() {
    local more=()
    read -r -a more <<<"${MILLRACE_JAVA_OPTIONS:-}"
    use_start_cache
    detail "JDK $JDK, ${CACHE_OPTIONS[0]:-no start-up cache}"
    exec "$JDK/bin/java" "@$JVM_OPTIONS" "${CACHE_OPTIONS[@]}" "${more[@]}" -jar "$JAR" "$@"
}
