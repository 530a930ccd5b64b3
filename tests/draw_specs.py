"""Small networks with all that a diagram has to show."""

from __future__ import annotations

SPECS = {
    "residual": """
block basic(c, stride=1) {
  residual {
    conv 3x3 c /stride bias=false as conv1 -> bn as bn1 -> relu
    conv 3x3 c bias=false as conv2 -> bn as bn2
  } project {
    downsample: { conv 1x1 c /stride bias=false -> bn }
  }
  relu
}

network ResNet() {
  input 3x64x64
  stem { conv 7x7 16 /2 as conv1 -> bn as bn1 -> relu -> maxpool 3x3 /2 pad=1 }
  body {
    for i, n in enumerate([2, 3]) {
      "layer{i+1}": {
        basic (16 * 2**i) /(1 if i == 0 else 2)
        repeat n - 1 { basic (16 * 2**i) }
      }
    }
  }
  head { gap -> flatten -> fc 10 as fc }
}
""",
    "inception": """
block cbr(c, kernel=1) { conv c kernel=kernel bias=false as conv -> bn as bn -> relu }

block inception(c) {
  concat {
    | branch1: cbr c
    | branch2: cbr c -> cbr (2 * c) kernel=3
    | branch3: maxpool 3x3 /1 pad=1 -> cbr c
  }
}

network Inception() {
  input 3x32x32
  stem { cbr 8 kernel=3 as conv1 }
  body {
    inception 8 as a
    inception 8 as b
  }
  head aux training { gap -> flatten -> fc 10 as aux }
  head { gap -> flatten -> dropout 0.2 -> fc 10 as fc }
}
""",
    "chain": """
network Chain() {
  input 3x16x16
  conv 3x3 8 as conv1 -> relu
  for i in range(3) { conv 3x3 8 as conv -> relu }
  maxpool 2x2 -> flatten -> fc 10 as hidden -> fc 10 as classifier
}
""",
    "gate": """
block cr(c) { conv 3x3 c -> relu }

block se(ratio=4) {
  mul {
    | identity
    | gap -> conv 1x1 (in.c // ratio) as reduce -> relu -> conv 1x1 in.c as expand -> sigmoid
  }
}

network Gate() {
  input 8x16x16
  repeat 2 { cr 8 }
  repeat 3 { se }
}
""",
    "taps": """
block unit(c) { conv 3x3 c as low -> maxpool 3x3 /1 pad=1 }

network Taps() {
  input 8x16x16
  unit 8
  unit 8 as second
  unit 8
  concat { | @second | identity }
  conv 1x1 4 as last
}
""",
    "outputs": """
block fuse(skip, c) { concat { | @skip | identity | @skip } -> conv 3x3 c }

block widen(c) {
  residual { conv 3x3 c } project {
    downsample: { avgpool 1x1 -> conv 1x1 c -> bn -> relu -> conv 1x1 c }
  }
}

network Outputs() {
  input 8x16x16
  backbone: {
    conv 3x3 8 as low -> maxpool 3x3 /1 pad=1
    widen 12 as high
  }
  fuse @backbone.low 4 as fused
  head boxes { tower: { conv 3x3 4 -> maxpool 3x3 /1 pad=1 } }
  head classes { @fused -> reuse tower }
  head early training { @backbone.low -> gap -> flatten -> fc 3 as early }
}
""",
    "arms": """
network Arms() {
  input 16x16x16
  concat {
    | point: { conv 1x1 8 -> relu }
    for d in [2, 3, 4] { | "rate{d}": { conv 3x3 8 dilation=d -> relu } }
    | pooled: { gap -> conv 1x1 8 -> relu -> upsample 16x16 }
  } as joined
  conv 1x1 8 as fuse
}
""",
}
