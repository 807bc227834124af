//! Short nouns for set-up codes: 256, so that one byte picks one.

#[rustfmt::skip]
pub(crate) const WORDS: [&str; 256] = [
    "ACORN", "ADDER", "ALDER", "ALGAE", "AMBER", "ANCHOR", "ANT", "APPLE", "APRON", "ARCH", "ARROW", "ASH",
    "ASPEN", "ATLAS", "AUNT", "BADGER", "BALL", "BAND", "BARK", "BARLEY", "BARN", "BASKET", "BAT", "BAY",
    "BEACH", "BEAD", "BEAN", "BEAR", "BEE", "BEECH", "BELL", "BENCH", "BERRY", "BIRCH", "BISON", "BOAT",
    "BOLT", "BOOK", "BOOT", "BOTTLE", "BOWL", "BRANCH", "BREAD", "BRICK", "BRIDGE", "BROOK", "BROOM", "BUCKET",
    "BUTTER", "CABIN", "CABLE", "CAKE", "CAMEL", "CANDLE", "CANOE", "CARROT", "CASTLE", "CAT", "CAVE", "CEDAR",
    "CHAIR", "CHALK", "CHERRY", "CHESS", "CIRCLE", "CLAY", "CLIFF", "CLOCK", "CLOUD", "CLOVER", "COAST", "COIN",
    "COMET", "COPPER", "CORAL", "CORK", "COTTON", "CRAB", "CRANE", "CROW", "CUP", "CURLEW", "DAISY", "DEER",
    "DESK", "DOOR", "DOVE", "DRUM", "DUCK", "DUNE", "EAGLE", "EARTH", "EEL", "EGG", "ELBOW", "ELK",
    "ELM", "EMBER", "FALCON", "FAWN", "FENCE", "FERN", "FERRY", "FIELD", "FIG", "FINCH", "FIR", "FLAG",
    "FLAX", "FLINT", "FLUTE", "FOG", "FORK", "FOX", "FROG", "GARDEN", "GARLIC", "GATE", "GIANT", "GINGER",
    "GLASS", "GLOVE", "GOAT", "GOLD", "GOOSE", "GRAPE", "GRASS", "GULL", "HAMMER", "HEATH", "HARE", "HARP",
    "HAT", "HAWK", "HAZEL", "HEDGE", "HERON", "HILL", "HINGE", "HOLLY", "HONEY", "HORSE", "HOUSE", "ICE",
    "INK", "IRIS", "IRON", "ISLAND", "IVY", "JACKET", "JAR", "JAY", "JUG", "KAYAK", "KETTLE", "KEY",
    "KITE", "KNOT", "LADDER", "LAKE", "LAMP", "LARK", "LEAF", "LEMON", "LENS", "LILY", "LINEN", "LION",
    "LOAF", "LYNX", "MAGPIE", "MAP", "MAPLE", "MARBLE", "MARSH", "MEADOW", "MELON", "MINT", "MIRROR", "MOLE",
    "MOON", "MOSS", "MOTH", "MOUSE", "NEST", "NEWT", "OAK", "OAR", "OASIS", "OATS", "OCEAN", "OLIVE",
    "ONION", "ORCHID", "OTTER", "OWL", "OYSTER", "PAPER", "PATH", "PEACH", "PEAR", "PEBBLE", "PENCIL", "PEPPER",
    "PIANO", "PINE", "PLATE", "PLUM", "POND", "POPLAR", "POPPY", "PUFFIN", "QUAIL", "QUARTZ", "QUILL", "RABBIT",
    "RAFT", "RAIN", "RAVEN", "REED", "REEF", "RING", "RIVER", "ROBIN", "ROCKET", "ROOK", "ROPE", "ROSE",
    "SADDLE", "SAIL", "SALMON", "SALT", "SAND", "SEAL", "SHELL", "SILK", "SLATE", "SNOW", "SPOON", "STONE",
    "SWAN", "TEAPOT", "THYME", "TIGER", "TOWER", "TRAIN", "TROUT", "TULIP", "VALLEY", "VIOLIN", "WALNUT", "WAVE",
    "WHALE", "WILLOW", "WREN", "ZEBRA",
];
