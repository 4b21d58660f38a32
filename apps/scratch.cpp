#include "bench/benchmarks.hpp"
#include <cstdio>
#include <cstring>
int main(int c,char**v){ auto s=bw::bench::load_stream(v[2]); if(!s){puts(s.error().message.c_str());return 1;} unsigned n=c>3?atoi(v[3]):3;
 auto r=!strcmp(v[1],"m")?bw::bench::run_matcher(*s,n):bw::bench::run_engine(*s,n); puts(r?r->c_str():r.error().message.c_str()); }
